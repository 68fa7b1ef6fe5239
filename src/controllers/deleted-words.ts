import type { Content, RepositoryRecord, TagRecord } from "../content/content.ts";
import type { DeletedWords } from "../resource-store/database/deleted-words.ts";
import type { Image, Kind, Repository, Resource } from "../resources/kinds.ts";
import { isDerivedLabel } from "../resources/labels.ts";
import { showsTag } from "./image-status.ts";
import { isMadeByPush, isMarkedByUser } from "./made-by-push.ts";

/** What is asked when a deleted Image or Repository may be back. */
export interface RestoringParts {
  content: Pick<Content, "tags">;
  deletedWords: Pick<DeletedWords, "find" | "forget">;
}

/** What follows from what was pushed, or from the row of its repository. */
const NO_WORDS: ReadonlySet<string> = new Set(["name", "visibility"]);

/**
 * What is kept of a deleted Image or Repository: what users said of it, and of which push it was. Undefined when nobody
 * said anything, and for an Image that had no content: there is nothing that could be undeleted.
 */
export function wordsOf(resource: Resource<Kind>): Resource<Kind> | undefined {
  if (resource.kind === "Repository") return isSpokenOf(resource) ? wordsAlone(resource) : undefined;
  if (resource.kind !== "Image") return undefined;
  const { digest, mediaType, pushedAt, pushedBy, aliasOf } = (resource as Image).status ?? {};
  if (digest === undefined || !isSpokenOf(resource)) return undefined;
  return { ...wordsAlone(resource), status: { digest, mediaType, pushedAt, pushedBy, aliasOf } } as Image;
}

function isSpokenOf(resource: Resource<Kind>): boolean {
  const hasWords = Object.keys(resource.spec).some((field) => !NO_WORDS.has(field));
  return hasWords || isMarkedByUser(resource) || !isMadeByPush(resource);
}

function wordsAlone({ apiVersion, kind, metadata, spec }: Resource<Kind>): Resource<Kind> {
  const { name, labels = {}, annotations = {} } = metadata;
  const own = Object.entries(labels).filter(([key]) => !isDerivedLabel(key));
  return { apiVersion, kind, metadata: { name, labels: Object.fromEntries(own), annotations }, spec };
}

/** The draft of a tag's Image, with the words of the one that was deleted with just this push of the tag. */
export async function withWordsOfImage(
  { deletedWords }: RestoringParts,
  draft: Image,
  tag: TagRecord,
): Promise<Image> {
  const kept = await deletedWords.find("Image", draft.metadata.name);
  return kept && showsTag(kept.words, tag) ? withWords(draft, kept.words) : draft;
}

/**
 * The words of a deleted Repository of which something is back: a tag that was pushed before the deletion, which took
 * all tags along. A Repository that was private is so again, whatever became of its row.
 */
export async function findRepositoryWords(
  { content, deletedWords }: RestoringParts,
  name: string,
  { name: repository, visibility }: RepositoryRecord,
): Promise<Repository | undefined> {
  const kept = await deletedWords.find("Repository", name);
  if (!kept || !(await content.tags.hasOlder(repository, kept.deletedAt))) return undefined;
  const { words } = kept;
  if (visibility === "public") return words;
  return { ...words, spec: { ...words.spec, visibility } };
}

/** A resource that has no words of its own, with those. */
export function withWords<R extends Image | Repository>(resource: R, { spec, metadata }: R): R {
  const { labels, annotations } = metadata;
  return {
    ...resource,
    spec,
    metadata: { ...resource.metadata, labels: { ...resource.metadata.labels, ...labels }, annotations },
  };
}
