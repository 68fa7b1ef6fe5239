import { imageKey, type TagRecord } from "../content/content.ts";
import { organizationOf, parseImageName, pathOf, type RepositoryName, type Tag } from "../oci/reference.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { LabelRequirement, ResourceStore } from "../resource-store/port.ts";
import type { Image, Repository } from "../resources/kinds.ts";
import { ORGANIZATION_LABEL, REPOSITORY_LABEL } from "../resources/labels.ts";
import { imageResourceName, labelValue } from "../resources/names.ts";
import type { TagStatus } from "../resources/repository.ts";
import { knownSizes, tagStatus, type ShownImage } from "./repository-status.ts";

/** Images without content looked at to find the one to show; nobody writes more of them by hand. */
const MAX_WITHOUT_CONTENT = 100;

/** The image that the page shows: what `latest` names, or the newest Image of a repository that has only words. */
export async function findShownImage(
  store: ResourceStore,
  { repository, latest }: { repository: RepositoryName; latest: TagRecord | undefined },
): Promise<ShownImage | undefined> {
  if (!latest) return findNewestWords(store, repository);
  const tag = latest.aliasOf ?? latest.name;
  return { tag, image: await findImage(store, repository, tag) };
}

/** By the labels that each Image has from its creation. */
export function selectImagesOf(repository: RepositoryName): LabelRequirement[] {
  return [
    { key: ORGANIZATION_LABEL, operator: "In", values: [labelValue(organizationOf(repository))] },
    { key: REPOSITORY_LABEL, operator: "In", values: [labelValue(pathOf(repository))] },
  ];
}

/** Tags with their sizes. Only those that changed, or that the Repository does not list yet, cost a read. */
export async function describeTags(
  store: ResourceStore,
  {
    repository,
    tags,
    changed,
    before,
  }: {
    repository: RepositoryName;
    tags: TagRecord[];
    changed: ReadonlySet<string>;
    before: Repository | undefined;
  },
): Promise<TagStatus[]> {
  const sizes = knownSizes(before);
  const described: TagStatus[] = [];
  for (const tag of tags) {
    const isChanged = changed.has(imageKey({ repository, tag: tag.name }));
    const known = isChanged ? undefined : sizes.get(tag.digest);
    const size = known ?? (await findSize(store, repository, tag));
    if (size) sizes.set(tag.digest, size);
    described.push(tagStatus(tag, size));
  }
  return described;
}

async function findSize(
  store: ResourceStore,
  repository: RepositoryName,
  { name, digest }: TagRecord,
): Promise<number | undefined> {
  const status = (await findImage(store, repository, name))?.status;
  return status?.digest === digest ? status.size : undefined;
}

async function findImage(
  store: ResourceStore,
  repository: RepositoryName,
  tag: Tag,
): Promise<Image | undefined> {
  return findResource(store, "Image", imageResourceName({ repository, tag }));
}

async function findNewestWords(
  store: ResourceStore,
  repository: RepositoryName,
): Promise<ShownImage | undefined> {
  const { items } = await store.list("Image", {
    labelSelector: selectImagesOf(repository),
    limit: MAX_WITHOUT_CONTENT,
  });
  const [image] = items.toSorted(newestFirst);
  return image && { tag: parseImageName(image.spec.name).tag, image };
}

function newestFirst(left: Image, right: Image): number {
  const [leftTime, rightTime] = [timeOf(left), timeOf(right)];
  if (leftTime !== rightTime) return leftTime > rightTime ? -1 : 1;
  return left.spec.name > right.spec.name ? -1 : 1;
}

/** Of one that was pushed, when that was: its Image may be made anew at any time. */
function timeOf({ metadata, status }: Image): string {
  return status?.pushedAt ?? metadata.creationTimestamp ?? "";
}
