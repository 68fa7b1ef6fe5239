import type { Digest } from "../oci/digest.ts";

/**
 * What a dry run has found to go, so that it can tell what goes in consequence. It is held in memory: some 200 bytes
 * for each manifest, link and blob that would go.
 */
export interface Foreseen {
  addManifest(repositoryId: number, digest: Digest): void;
  hasManifest(repositoryId: number, digest: Digest): boolean;
  /** In how many repositories a manifest would go. */
  manifests(digest: Digest): number;
  addLink(digest: Digest): void;
  /** How many repositories would lose their link to a blob. */
  links(digest: Digest): number;
}

export function createForeseen(): Foreseen {
  const manifests = new Set<string>();
  const manifestCounts = new Map<Digest, number>();
  const linkCounts = new Map<Digest, number>();
  return {
    addManifest(repositoryId, digest) {
      manifests.add(`${repositoryId} ${digest}`);
      increment(manifestCounts, digest);
    },
    hasManifest: (repositoryId, digest) => manifests.has(`${repositoryId} ${digest}`),
    manifests: (digest) => manifestCounts.get(digest) ?? 0,
    addLink: (digest) => increment(linkCounts, digest),
    links: (digest) => linkCounts.get(digest) ?? 0,
  };
}

function increment(counts: Map<Digest, number>, digest: Digest): void {
  counts.set(digest, (counts.get(digest) ?? 0) + 1);
}
