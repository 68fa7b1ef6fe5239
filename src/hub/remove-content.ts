import { StatusError } from "../apiserver/status.ts";
import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import { subjectName, type Subject } from "../auth/subject.ts";
import type { Content, Tags } from "../content/content.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { parseImageName, parseRepositoryName, type RepositoryName } from "../oci/reference.ts";
import type { Image, Kind, Repository, Resource } from "../resources/kinds.ts";

export interface RemoveContentParts extends Pick<Content, "tags"> {
  policies: Pick<OrganizationPolicies, "close">;
}

/** Tags of one look. */
const PAGE = 500;

/**
 * Deletes what is stored for a resource that is deleted: content can be restored for as long as any deleted tag; an
 * organization's members, robots and invitations end.
 * @throws StatusError Conflict for a tag that stays
 */
export function createRemoveContent({ tags, policies }: RemoveContentParts) {
  return async (resource: Resource<Kind>, by: Subject): Promise<void> => {
    const deletedBy = subjectName(by);
    try {
      if (resource.kind === "Image") await deleteTagOf(tags, resource as Image, deletedBy);
      if (resource.kind === "Organization") await policies.close(resource.metadata.name);
      if (resource.kind === "Repository") await deleteTagsOf(tags, resource as Repository, deletedBy);
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

async function deleteTagsOf(tags: Tags, { spec }: Repository, deletedBy: string): Promise<void> {
  const repository = parseRepositoryName(spec.name);
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
