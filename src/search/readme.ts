import type { Image } from "../resources/kinds.ts";
import { imageResourceName } from "../resources/names.ts";
import { NotFoundError } from "../resource-store/errors.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { RepositoryDocument } from "./document.ts";
import { plainTextOf } from "./plain-text.ts";

/** Characters of README that are searched: what lies beyond is reference tables, and indexing it would hold up others. */
const MAX_README_LENGTH = 64 * 1024;

/** A README as plain text, and the Image it is from. */
export type Readme = Pick<RepositoryDocument, "readme" | "imageVersion">;

export const NO_README: Readme = { readme: "", imageVersion: "" };

export function readmeOf({ metadata, spec, status }: Image): Readme {
  const docs = status?.detail?.docs ?? spec.detail?.docs ?? "";
  return {
    readme: plainTextOf(docs.slice(0, MAX_README_LENGTH)),
    imageVersion: metadata.resourceVersion ?? "",
  };
}

/** The README of the image that a repository shows. */
export async function fetchReadme(store: ResourceStore, repository: string, tag: string): Promise<Readme> {
  const image = await fetchImage(store, repository, tag);
  return image ? readmeOf(image) : NO_README;
}

export async function fetchImage(
  store: ResourceStore,
  repository: string,
  tag: string,
): Promise<Image | undefined> {
  if (tag === "") return undefined;
  // Names in a stored resource were parsed on their way in.
  const name = imageResourceName({ repository, tag } as Parameters<typeof imageResourceName>[0]);
  return getIfPresent(() => store.get("Image", name));
}

/** Undefined instead of NotFoundError. */
export async function getIfPresent<T>(get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
