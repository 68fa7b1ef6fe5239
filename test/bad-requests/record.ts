/**
 * Records what a real kube-apiserver answers to every bad request, with the hub's own CustomResourceDefinitions:
 *
 *     KUBE_APISERVER=/path/of/kube-apiserver ETCD=/path/of/etcd node test/bad-requests/record.ts
 *
 * kube-apiserver is built from k8s.io/kubernetes, v1.36; etcd is Debian's etcd-server, or go.etcd.io/etcd/server.
 */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ask, type Answer } from "./ask.ts";
import { startKubeApiserver } from "./kube-apiserver.ts";
import { REQUESTS } from "./requests/all.ts";
import { NAMESPACE, type Server } from "./server.ts";
import { createSeeds } from "./seeds.ts";

const ANSWERS = join(import.meta.dirname, "answers");
const CRDS = join(import.meta.dirname, "../../deploy/crds");

await using server = await startKubeApiserver();
await createDefinitions(server);
await createSeeds(server);
await mkdir(ANSWERS, { recursive: true });
for (const [group, requests] of Object.entries(REQUESTS)) {
  const answers: Record<string, Answer> = {};
  for (const request of requests) {
    const answer = await ask(server, request).catch((error: Error) => ({ code: 0, message: error.message }));
    if (answer.code < 400) console.error(`Kubernetes does not refuse: ${request.title}: ${answer.code}`);
    answers[request.title] = answer;
  }
  await writeFile(join(ANSWERS, `${group}.json`), `${JSON.stringify(answers, null, 2)}\n`);
}

/** The namespace and the kinds, until they are served. */
async function createDefinitions({ url, authorization }: Server): Promise<void> {
  const headers = { authorization, "content-type": "application/yaml" };
  const create = async (path: string, body: string): Promise<void> => {
    const response = await fetch(url + path, { method: "POST", headers, body });
    assert.equal(response.status, 201, await response.text());
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
