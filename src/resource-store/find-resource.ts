import type { Kind, Resource } from "../resources/kinds.ts";
import { NotFoundError } from "./errors.ts";
import type { ResourceStore } from "./port.ts";

/** @returns undefined when there is no such resource */
export async function findResource<K extends Kind>(
  store: Pick<ResourceStore, "get">,
  kind: K,
  name: string,
): Promise<Resource<K> | undefined> {
  try {
    return await store.get(kind, name);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
