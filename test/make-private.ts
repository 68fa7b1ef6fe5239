import assert from "node:assert/strict";
import type { RepositoryName } from "../src/oci/reference.ts";
import { eventually } from "./controllers-hub.ts";
import type { TestHub } from "./start-hub.ts";

/** Makes a pushed repository private as its user would, by its spec, and waits until pushes and pulls go by that. */
export async function makePrivate({ context }: TestHub, repository: string): Promise<void> {
  const { content, controllers, store } = context;
  await controllers.idle();
  const resource = await store.get("Repository", repository.replace("/", "."));
  const { resourceVersion: _, ...metadata } = resource.metadata;
  await store.update({ ...resource, metadata, spec: { ...resource.spec, visibility: "private" } });
  await eventually(async () => {
    const record = await content.repositories.find(repository as RepositoryName);
    assert.equal(record?.visibility, "private");
  });
}
