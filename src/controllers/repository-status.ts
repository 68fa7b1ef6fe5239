import type { RepositoryRecord, TagRecord } from "../content/content.ts";
import type { Clock } from "../reconcile/clock.ts";
import { toKubernetesTime } from "../resources/conditions.ts";
import type { Detail } from "../resources/detail.ts";
import type { Image, Repository, Status } from "../resources/kinds.ts";
import type { TagStatus } from "../resources/repository.ts";
import { completeDetail } from "./complete-detail.ts";
import { observed, type Finding } from "./findings.ts";

/** Tags in status: as many as a page shows; the rest are listed by the registry. */
export const MAX_TAGS = 100;

/** What a Repository's status is made of. */
export interface RepositoryFacts {
  record: RepositoryRecord;
  tagCount: number;
  /** The newest, newest first, `MAX_TAGS` at most. */
  tags: TagStatus[];
  newestPush: Date | undefined;
  shown: ShownImage | undefined;
  /** Undefined while they are being counted. */
  stars: number | undefined;
}

/** The image that the page shows. */
export interface ShownImage {
  tag: string;
  /** undefined: not reconciled yet. */
  image: Image | undefined;
}

const READY: Finding = { type: "Ready", reason: "ImageShown", message: "Shows its latest image" };
const EMPTY: Finding = { type: "Ready", reason: "Empty", message: "Nothing was pushed to it yet" };

export function repositoryStatus(
  repository: Repository,
  facts: RepositoryFacts,
  clock: Pick<Clock, "now">,
): Status<"Repository"> {
  const { record, tagCount, tags, newestPush, shown, stars } = facts;
  // Until a new image is inspected, its Repository shows what it showed before.
  const source = shown && (shown.image?.status ?? repository.status);
  const { type, size, platforms } = source ?? {};
  return {
    ...observed(repository, [shown ? READY : EMPTY], clock),
    detail: detailOf(repository, source?.detail),
    ...(type && { type }),
    tagCount,
    tags,
    ...(shown && { latestTag: shown.tag }),
    ...(size !== undefined && { size }),
    ...(platforms && { platforms }),
    pulls: record.pulls,
    stars: stars ?? repository.status?.stars ?? 0,
    ...(newestPush && { updatedAt: toKubernetesTime(newestPush) }),
    visibility: record.visibility,
  };
}

/** A tag's line; its size is in the Image, once that was inspected. */
export function tagStatus({ name, digest, pushedAt }: TagRecord, size: number | undefined): TagStatus {
  return { name, digest, size: size ?? 0, pushedAt: toKubernetesTime(pushedAt) };
}

/** Sizes already known: a digest has the same size until its image changes, as one does whose parts come or go. */
export function knownSizes(repository: Repository | undefined): Map<string, number> {
  const known = (repository?.status?.tags ?? []).filter(({ size }) => size > 0);
  return new Map(known.map(({ digest, size }) => [digest, size]));
}

/** The page's words: the Repository's own, over those of the image it shows. */
function detailOf({ spec }: Repository, shown: Detail = {}): Omit<Detail, "docs"> {
  const own = {
    ...(spec.description && { description: spec.description }),
    ...(spec.icon && { icon: spec.icon }),
    ...(spec.keywords && { keywords: spec.keywords }),
  };
  const { docs: _, ...detail } = completeDetail([own], shown);
  return detail;
}
