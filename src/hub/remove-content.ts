import { StatusError } from "../apiserver/status.ts";
import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import { subjectName, type Subject } from "../auth/subject.ts";
import type { Content, Tags } from "../content/content.ts";
import { selectImagesOf } from "../controllers/repository-images.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { parseImageName, parseRepositoryName, type RepositoryName } from "../oci/reference.ts";
import { ConflictError, NotFoundError } from "../resource-store/errors.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Image, Kind, Repository, Resource } from "../resources/kinds.ts";

export interface RemoveContentParts extends Pick<Content, "tags"> {
  store: Pick<ResourceStore, "list" | "delete">;
  policies: Pick<OrganizationPolicies, "close">;
}

/** Tags, or Images, of one look. */
const PAGE = 500;

/**
 * Deletes what is stored for a resource that is deleted: content can be restored for as long as any deleted tag; an
 * organization's members, robots and invitations end. With a Repository go its Images of which nothing was pushed, since
 * a Repository is wherever an Image is; the others follow their tags. Who is killed on the way leaves a Repository with
 * what is left of it, to be deleted again.
 * @throws StatusError Conflict for a tag that stays
 */
export function createRemoveContent({ tags, store, policies }: RemoveContentParts) {
  return async (resource: Resource<Kind>, by: Subject): Promise<void> => {
    const deletedBy = subjectName(by);
    try {
      if (resource.kind === "Image") await deleteTagOf(tags, resource as Image, deletedBy);
      if (resource.kind === "Organization") await policies.close(resource.metadata.name);
      if (resource.kind === "Repository") {
        const repository = parseRepositoryName((resource as Repository).spec.name);
        await deleteTagsOf(tags, repository, deletedBy);
        await deleteWordsOf(store, repository);
      }
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      throw new StatusError(409, "Conflict", error.message, { cause: error });
    }
  };
}

/** Only while the tag names what the Image showed: another push may have moved it. */
async function deleteTagOf(tags: Tags, { spec, status }: Image, deletedBy: string): Promise<void> {
  if (status?.digest === undefined) return;
  const { repository, tag } = parseImageName(spec.name);
  await tags.delete(repository, tag, { ifDigest: status.digest as Digest, deletedBy });
}

async function deleteTagsOf(tags: Tags, repository: RepositoryName, deletedBy: string): Promise<void> {
  for (let deleted = 1; deleted > 0;) deleted = await deletePage(tags, repository, deletedBy);
}

/** @returns how many tags were deleted */
async function deletePage(tags: Tags, repository: RepositoryName, deletedBy: string): Promise<number> {
  let deleted = 0;
  for (const tag of await tags.list(repository, { limit: PAGE })) {
    // The hub's `latest` goes with the last tag that it stands for.
    const isAlias = (await tags.find(repository, tag))?.aliasOf !== undefined;
    if (!isAlias && (await tags.delete(repository, tag, { deletedBy }))) deleted += 1;
  }
  return deleted;
}

/** Deletes the Images of which nothing was pushed; one that a finalizer holds goes when that is gone. */
async function deleteWordsOf(store: RemoveContentParts["store"], repository: RepositoryName): Promise<void> {
  const labelSelector = selectImagesOf(repository);
  let position: string | undefined;
  do {
    const from = position === undefined ? {} : { continue: position };
    const page = await store.list("Image", { labelSelector, limit: PAGE, withoutDocs: true, ...from });
    for (const image of page.items) if (image.status?.digest === undefined) await deleteWords(store, image);
    position = page.continue;
  } while (position !== undefined);
}

/** Whatever is said in it meanwhile goes too. */
async function deleteWords(
  store: RemoveContentParts["store"],
  { metadata: { name, uid } }: Image,
): Promise<void> {
  try {
    await store.delete("Image", name, uid === undefined ? {} : { uid });
  } catch (error) {
    // Gone already, or another of its name, which came later.
    if (!(error instanceof NotFoundError || error instanceof ConflictError)) throw error;
  }
}
