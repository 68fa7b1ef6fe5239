import { randomUUID } from "node:crypto";
import type { RepositoryRecord, TagRecord } from "../../src/content/content.ts";
import { draftOfPush } from "../../src/controllers/derived.ts";
import { pushedImageStatus } from "../../src/controllers/image-status.ts";
import { organizationStatus } from "../../src/controllers/organization-status.ts";
import { repositoryStatus, tagStatus } from "../../src/controllers/repository-status.ts";
import type { Inspection } from "../../src/inspect/inspection.ts";
import { formatImageName, type RepositoryName } from "../../src/oci/reference.ts";
import { toKubernetesTime } from "../../src/resources/conditions.ts";
import { newResource, type Kind, type Resource, type Status } from "../../src/resources/kinds.ts";
import { imageLabels, repositoryLabels } from "../../src/resources/labels.ts";
import { imageResourceName, repositoryResourceName } from "../../src/resources/names.ts";

// Statuses are made by the functions that the controllers make them by: when these look, nothing is left to write.

/** What reading any of the images would find. */
export interface Found {
  inspection: Inspection;
  /** When all was written. */
  at: Date;
}

/** The Image of a tag. */
export function imageOf(
  { name, visibility }: RepositoryRecord,
  tag: TagRecord,
  { inspection, at }: Found,
): Resource<"Image"> {
  const image = { repository: name, tag: tag.name };
  const spec = { name: formatImageName(image) };
  const draft = stored(draftOfPush("Image", imageResourceName(image), spec), at);
  const status = pushedImageStatus(draft, { tag, inspection, aliased: undefined }, clockAt(at));
  return derived(draft, { ...status, visibility }, imageLabels(image, inspection.detail.keywords ?? []));
}

/** @param tags the newest first, without the alias; `shown` is the Image of the first */
export function repositoryOf(
  record: RepositoryRecord,
  { tags, tagCount, shown }: { tags: TagRecord[]; tagCount: number; shown: Resource<"Image"> },
  at: Date,
): Resource<"Repository"> {
  const { name, visibility } = record;
  const draft = stored(draftOfPush("Repository", repositoryResourceName(name), { name, visibility }), at);
  const status = repositoryStatus(
    draft,
    {
      record,
      tagCount,
      tags: tags.map((tag) => tagStatus(tag, shown.status?.size)),
      newestPush: tags[0]?.pushedAt,
      shown: { tag: tags[0]?.name ?? "", image: shown },
      stars: 0,
    },
    clockAt(at),
  );
  return derived(draft, status, repositoryLabels(name, status.detail?.keywords ?? []));
}

/** @param repositories names, in lexical order */
export function organizationOf(
  name: string,
  { members, repositories }: { members: string[]; repositories: RepositoryName[] },
  at: Date,
): Resource<"Organization"> {
  const spec = {
    defaultVisibility: "private" as const,
    members: members.map((member) => ({ kind: "User" as const, name: member, role: "reader" as const })),
  };
  const draft = stored(newResource("Organization", name, { spec }), at);
  const counted = {
    count: () => repositories.length,
    newest: (_organization: string, limit: number) => repositories.slice(0, limit),
  };
  return { ...draft, status: organizationStatus(draft, counted, clockAt(at)) };
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

/** As a store keeps a new one. */
function stored<K extends Kind>(draft: Resource<K>, at: Date): Resource<K> {
  const own = { uid: randomUUID(), generation: 1, creationTimestamp: toKubernetesTime(at) };
  return { ...draft, metadata: { ...draft.metadata, ...own } };
}

function derived<K extends Kind>(
  draft: Resource<K>,
  status: Status<K>,
  labels: Record<string, string>,
): Resource<K> {
  return { ...draft, metadata: { ...draft.metadata, labels }, status };
}

function clockAt(at: Date): { now(): number } {
  return { now: () => at.getTime() };
}
