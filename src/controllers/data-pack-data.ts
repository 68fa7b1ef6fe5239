import { formatImageName, type ImageName } from "../oci/reference.ts";
import type { ImageData } from "../resources/data-pack.ts";
import type { Image, Organization, Repository, Spec } from "../resources/kinds.ts";

/** What is known of one image that a DataPack names. */
export interface ShownImage {
  name: ImageName;
  image: Image;
  repository: Repository;
  organization: Organization | undefined;
}

/** What a DataPack shows of an image: a name, a store's card, or its page. */
export function imageData(
  { name, image, repository, organization }: ShownImage,
  type: Spec<"DataPack">["type"],
): ImageData {
  const base: ImageData = { name: formatImageName(name) };
  if (type === "base") return base;
  const { detail = {}, size } = image.status ?? {};
  const grid: ImageData = {
    ...base,
    repoName: name.repository,
    rating: repository.status?.stars ?? 0,
    ...(detail.icon && { icon: detail.icon }),
    ...(organization?.spec.icon && { authorIcon: organization.spec.icon }),
    ...(detail.keywords && { keywords: detail.keywords }),
  };
  if (type === "grid") return grid;
  return {
    ...grid,
    tags: (repository.status?.tags ?? []).map((tag) => tag.name),
    ...(detail.url && { URL: detail.url }),
    ...(detail.description && { description: detail.description }),
    ...(detail.docs && { docs: detail.docs }),
    ...(detail.ID && { ID: detail.ID }),
    ...(size !== undefined && { size }),
    ...(detail.arch && { arch: detail.arch }),
  };
}
