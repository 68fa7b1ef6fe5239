import { randomUUID } from "node:crypto";
import { formatImageName, type ImageName, type RepositoryName, type Tag } from "../../src/oci/reference.ts";
import { toKubernetesTime } from "../../src/resources/conditions.ts";
import type {
  Image,
  Kind,
  Organization,
  Repository,
  Resource,
  Spec,
  Status,
} from "../../src/resources/kinds.ts";
import { imageLabels, repositoryLabels } from "../../src/resources/labels.ts";
import { GROUP, NAMESPACE } from "../../src/resources/metadata.ts";
import { imageResourceName, repositoryResourceName } from "../../src/resources/names.ts";

/** The one image that every tag names. */
export interface Pushed {
  bytes: Uint8Array;
  digest: string;
  mediaType: string;
  blobs: { digest: string; sizeBytes: number }[];
  at: Date;
}

/** As the hub would have made it: nothing is left to do for it. */
export function imageOf(
  name: ImageName,
  { pushed: { digest, mediaType, at }, docs }: { pushed: Pushed; docs: string },
): Image {
  const labels = imageLabels(name, ["database"]);
  const spec = { name: formatImageName(name) };
  return settled(
    "Image",
    { name: imageResourceName(name), labels, spec, at },
    {
      detail: { docs, keywords: ["database"], arch: "amd64" },
      digest,
      mediaType,
      size: 2048,
      platforms: [{ os: "linux", architecture: "amd64", digest, size: 2048 }],
      pushedAt: toKubernetesTime(at),
      pushedBy: "admin",
    },
  );
}

/** No two repositories' are the same. */
export function docsOf(name: RepositoryName, length = 0): string {
  const words = `# ${name}\n\nSome words`;
  const lines = Math.ceil((length - words.length) / LINE_LENGTH);
  return [words, ...Array.from({ length: Math.max(lines, 0) }, (_, line) => lineOf(name, line))].join("\n");
}

const LINE_LENGTH = 80;

function lineOf(name: RepositoryName, line: number): string {
  return `${line}: of ${name}, "quoted", \`code\`, which tells how it is started and set up`.padEnd(
    LINE_LENGTH - 1,
    ".",
  );
}

export function repositoryOf(
  name: RepositoryName,
  { isPublic, tags, pushed }: { isPublic: boolean; tags: Tag[]; pushed: Pushed },
): Repository {
  const { at, digest } = pushed;
  const labels = repositoryLabels(name, ["database"]);
  const spec = { name, visibility: isPublic ? ("public" as const) : ("private" as const) };
  return settled(
    "Repository",
    { name: repositoryResourceName(name), labels, spec, at },
    {
      detail: { keywords: ["database"], arch: "amd64" },
      tagCount: tags.length,
      tags: tags
        .slice(-100)
        .toReversed()
        .map((tag) => ({ name: tag, digest, size: 2048, pushedAt: toKubernetesTime(at) })),
      latestTag: tags.at(-1) ?? "",
      size: 2048,
      platforms: [{ os: "linux", architecture: "amd64", digest, size: 2048 }],
      pulls: 0,
      stars: 0,
      updatedAt: toKubernetesTime(at),
    },
  );
}

export function organizationOf(name: string, members: string[]): Organization {
  const spec: Spec<"Organization"> = {
    defaultVisibility: "private",
    members: members.map((member) => ({ kind: "User", name: member, role: "reader" })),
  };
  return settled("Organization", { name, labels: {}, spec, at: new Date() }, {});
}

function settled<K extends Kind>(
  kind: K,
  { name, labels, spec, at }: { name: string; labels: Record<string, string>; spec: Spec<K>; at: Date },
  status: Status<K>,
): Resource<K> {
  const time = toKubernetesTime(at);
  const ready = {
    type: "Ready",
    status: "True",
    reason: "Inspected",
    message: "Shows the image that the tag names",
    observedGeneration: 1,
    lastTransitionTime: time,
  };
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: {
      name,
      namespace: NAMESPACE,
      labels,
      annotations: { [`${GROUP}/made-by`]: "push" },
      uid: randomUUID(),
      generation: 1,
      creationTimestamp: time,
    },
    spec,
    status: { ...status, observedGeneration: 1, conditions: [ready] },
  } as Resource<K>;
}
