import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { Content, DirtyKey, RepositoryRecord } from "../content/content.ts";
import type { EventRecorder } from "../events/recorder.ts";
import { organizationOf, parseRepositoryName, parseTag, type RepositoryName } from "../oci/reference.ts";
import type { Clock } from "../reconcile/clock.ts";
import { TerminalError } from "../reconcile/errors.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Organization, Repository, Status } from "../resources/kinds.ts";
import { repositoryLabels } from "../resources/labels.ts";
import { repositoryResourceName } from "../resources/names.ts";
import type { Visibility } from "../resources/organization.ts";
import { findRepositoryWords, withWords, wordsOf, type RestoringParts } from "./deleted-words.ts";
import { deleteAsRead, draftOfPush, hasDerivedLabels, writeDerived } from "./derived.ts";
import { defaultVisibilityOf, ensureOrganization } from "./ensure-organization.ts";
import { isMadeByPush, isMarkedByUser } from "./made-by-push.ts";
import type { ReconcileReceipts } from "./receipts.ts";
import { describeTags, findShownImage } from "./repository-images.ts";
import { MAX_TAGS, repositoryStatus, type ShownImage } from "./repository-status.ts";
import { touchImagesOf } from "./repository-visibility.ts";
import type { StarIndex } from "./star-index.ts";

const LATEST = parseTag("latest");

export interface RepositoryParts {
  content: Content;
  store: ResourceStore;
  deletedWords: RestoringParts["deletedWords"];
  policies: OrganizationPolicies;
  stars: Pick<StarIndex, "count">;
  /** Repositories with a status that others may have written: nothing of it is taken over. */
  doubted: Set<string>;
  recorder: EventRecorder;
  clock: Clock;
}

const LAST_IMAGE_DELETED = {
  reason: "LastImageDeleted",
  message: "Deleted, since its last image was and no user has given it settings",
};

/**
 * Reconciles a repository, by `org/repo`: there is a Repository where there is an Image, or a user wants one; its
 * policy is where pushes look for it, and its status shows the latest image.
 */
export function createRepositoryReconciler(parts: RepositoryParts): ReconcileReceipts {
  return async (key, _signal, held) => {
    const name = parseKey(key);
    await reconcile(parts, name, imagesOf(held));
    parts.doubted.delete(name);
    return undefined;
  };
}

/** @param changed keys of images that were reconciled since the last time */
async function reconcile(
  parts: RepositoryParts,
  name: RepositoryName,
  changed: ReadonlySet<string>,
): Promise<void> {
  const { content, store } = parts;
  const found = await findResource(store, "Repository", repositoryResourceName(name));
  const tag = await content.tags.find(name, LATEST);
  // Of an artifact there is never an Image to show.
  const latest = tag?.isArtifact ? undefined : tag;
  const shown = await findShownImage(store, { repository: name, latest });
  if (!found && (!shown || (await isGoing(content, name, shown)))) return;
  const organization = await ensureOrganization(parts, organizationOf(name), {
    ...(latest && { owner: latest.pushedBy }),
  });
  if (!shown && found && !isUsers(found, organization)) {
    await deleteAsRead(parts, found, LAST_IMAGE_DELETED);
    return;
  }
  const known = await ensureRecord(content, name);
  const words = await findRepositoryWords(parts, repositoryResourceName(name), known);
  const drafted = found ?? draftRepository(known);
  const repository = words && !wordsOf(drafted) ? await restoreWords(parts, drafted, words) : drafted;
  const record = await mirrorPolicy(content, { repository, record: known, organization });
  const { visibility = record.visibility } = repository.status ?? {};
  if (visibility !== record.visibility) await touchImagesOf(parts, name);
  await writeStatus(parts, { repository, record, shown, changed });
  if (words) await parts.deletedWords.forget("Repository", words.metadata.name);
}

/** True when the tag of the Image that would be shown is gone, and all others: a deleted Repository is not made again by it. */
async function isGoing(content: Content, name: RepositoryName, { image }: ShownImage): Promise<boolean> {
  return image?.status?.digest !== undefined && (await content.tags.count(name)) === 0;
}

/** True when there is nothing to do since a user changed spec or labels last. */
export function isRepositorySettled(repository: Repository, name: RepositoryName): boolean {
  const { metadata, status } = repository;
  return (
    status?.observedGeneration === metadata.generation && hasDerivedLabels(repository, labelsOf(name, status))
  );
}

function parseKey(key: string): RepositoryName {
  try {
    return parseRepositoryName(key);
  } catch (error) {
    throw new TerminalError(`Cannot reconcile repository ${JSON.stringify(key)}: its name is not legal`, {
      cause: error,
    });
  }
}

/** True when a user made it, or has given it settings that would be lost. */
function isUsers(repository: Repository, organization: Organization): boolean {
  const { visibility, description, icon, keywords = [], immutableTags = [] } = repository.spec;
  const isOwnVisibility = visibility !== undefined && visibility !== defaultVisibilityOf(organization.spec);
  const hasWords = Boolean(description || icon || keywords.length > 0);
  const hasSettings = isOwnVisibility || hasWords || immutableTags.length > 0;
  return hasSettings || isMarkedByUser(repository) || !isMadeByPush(repository);
}

/** The row exists before the first push, so that the first push finds the policy. */
async function ensureRecord(content: Content, name: RepositoryName): Promise<RepositoryRecord> {
  const found = await content.repositories.find(name);
  if (found) return found;
  await content.repositories.ensure(name);
  const made = await content.repositories.find(name);
  if (!made) throw new Error(`Cannot find repository ${name}: it was deleted meanwhile`);
  return made;
}

/** Its visibility is written out, so that whoever reads the Repository need not know its organization. */
function draftRepository({ name, visibility }: RepositoryRecord): Repository {
  return draftOfPush("Repository", repositoryResourceName(name), { name, visibility });
}

/** What a push has made anew since gets them as well; a draft is yet to be created. */
async function restoreWords(
  { store }: RepositoryParts,
  drafted: Repository,
  words: Repository,
): Promise<Repository> {
  const spoken = withWords(drafted, words);
  return drafted.metadata.resourceVersion === undefined ? spoken : store.update(spoken);
}

/** @returns the record as it is then */
async function mirrorPolicy(
  content: Content,
  policy: { repository: Repository; record: RepositoryRecord; organization: Organization },
): Promise<RepositoryRecord> {
  const { repository, record, organization } = policy;
  const visibility: Visibility = repository.spec.visibility ?? defaultVisibilityOf(organization.spec);
  const immutableTags = repository.spec.immutableTags ?? [];
  const isSame =
    record.visibility === visibility && record.immutableTags.join("\n") === immutableTags.join("\n");
  if (!isSame) await content.repositories.setPolicy(record.name, { visibility, immutableTags });
  return { ...record, visibility, immutableTags };
}

function imagesOf(dirtyKeys: readonly DirtyKey[]): Set<string> {
  return new Set(dirtyKeys.flatMap(({ kind, key }) => (kind === "image" ? [key] : [])));
}

interface KnownOfRepository {
  repository: Repository;
  record: RepositoryRecord;
  shown: ShownImage | undefined;
  /** Keys of images that were reconciled since the last time. */
  changed: ReadonlySet<string>;
}

async function writeStatus(parts: RepositoryParts, known: KnownOfRepository): Promise<void> {
  const { content, store, stars, doubted, clock } = parts;
  const { repository, record, shown, changed } = known;
  const newest = await content.tags.newest(record.name, MAX_TAGS);
  const tags = await describeTags(store, {
    repository: record.name,
    tags: newest,
    changed,
    before: doubted.has(record.name) ? undefined : repository,
  });
  const tagCount = await content.tags.count(record.name);
  const newestPush = newest[0]?.pushedAt;
  const facts = { record, tagCount, tags, newestPush, shown, stars: stars.count(record.name) };
  const status = repositoryStatus(repository, facts, clock);
  await writeDerived(parts, repository, { labels: labelsOf(record.name, status), status });
}

function labelsOf(name: RepositoryName, status: Status<"Repository"> | undefined): Record<string, string> {
  return repositoryLabels(name, status?.detail?.keywords ?? []);
}
