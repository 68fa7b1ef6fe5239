import type { Digest } from "../oci/digest.ts";

/**
 * What a dry run has found to go, so that it can tell what goes in consequence. It is held in memory: some 200 bytes
 * for each manifest, link and blob that would go.
 */
export interface Foreseen {
  addManifest(repositoryId: number, digest: Digest): void;
  hasManifest(repositoryId: number, digest: Digest): boolean;
  /** One that holds a manifest's bytes would go. */
  addContent(digest: Digest): void;
  /** How many that hold a manifest's bytes would go: repositories, and what can be restored. */
  contents(digest: Digest): number;
  addLink(digest: Digest): void;
  /** How many that hold a blob would go: links of repositories, and what can be restored. */
  links(digest: Digest): number;
}

export function createForeseen(): Foreseen {
  const manifests = new Set<string>();
  const contentCounts = new Map<Digest, number>();
  const linkCounts = new Map<Digest, number>();
  return {
    addManifest(repositoryId, digest) {
      manifests.add(`${repositoryId} ${digest}`);
      increment(contentCounts, digest);
    },
    addContent: (digest) => increment(contentCounts, digest),
    hasManifest: (repositoryId, digest) => manifests.has(`${repositoryId} ${digest}`),
    contents: (digest) => contentCounts.get(digest) ?? 0,
    addLink: (digest) => increment(linkCounts, digest),
    links: (digest) => linkCounts.get(digest) ?? 0,
  };
}

function increment(counts: Map<Digest, number>, digest: Digest): void {
  counts.set(digest, (counts.get(digest) ?? 0) + 1);
}
