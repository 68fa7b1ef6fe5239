import type { Content } from "../content/content.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { selectImagesOf } from "./repository-images.ts";

/** Images of one look. */
const PAGE = 500;

/**
 * Has the status of each Image of a repository say anew who may read it. Whoever watches is told so what they may see
 * from now on, or no longer. To be done before the Repository's own status says it: what a kill leaves out is done again.
 */
export async function touchImagesOf(
  { content, store }: { content: Pick<Content, "dirtyKeys">; store: Pick<ResourceStore, "list"> },
  repository: RepositoryName,
): Promise<void> {
  const labelSelector = selectImagesOf(repository);
  let next: string | undefined;
  do {
    const from = next === undefined ? {} : { continue: next };
    const page = await store.list("Image", { labelSelector, limit: PAGE, withoutDocs: true, ...from });
    await content.dirtyKeys.touch(page.items.map(({ spec }) => ({ kind: "image", key: spec.name })));
    next = page.continue;
  } while (next !== undefined);
}
