import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { NAMESPACE, type Server } from "./server.ts";

const CRDS = join(import.meta.dirname, "../../deploy/crds");

/** Gives a kube-apiserver the namespace and the kinds, and waits until they are served. */
export async function createDefinitions({ url, authorization }: Server): Promise<void> {
  const headers = { authorization, "content-type": "application/yaml" };
  const create = async (path: string, body: string): Promise<void> => {
    const response = await fetch(`${url}${path}?fieldValidation=Strict`, { method: "POST", headers, body });
    assert.equal(response.status, 201, await response.text());
    assert.equal(response.headers.get("warning"), null);
  };
  await create("/api/v1/namespaces", "apiVersion: v1\nkind: Namespace\nmetadata: {name: sealos-imagehub}\n");
  for (const file of await readdir(CRDS)) {
    const definition = await readFile(join(CRDS, file), "utf8");
    await create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
  }
  for (const plural of ["datapacks", "images", "organizations", "repositories", "users"]) {
    while (!(await fetch(`${url}${NAMESPACE}/${plural}`, { headers: { authorization } })).ok)
      await delay(200);
  }
}
