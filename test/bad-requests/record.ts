/**
 * Records what a real kube-apiserver answers to every bad request, with the hub's own CustomResourceDefinitions:
 *
 *     KUBE_APISERVER=/path/of/kube-apiserver ETCD=/path/of/etcd node test/bad-requests/record.ts
 *
 * kube-apiserver is built from k8s.io/kubernetes, v1.36; etcd is Debian's etcd-server, or go.etcd.io/etcd/server.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ask, type Answer } from "./ask.ts";
import { createDefinitions } from "./definitions.ts";
import { startKubeApiserver } from "./kube-apiserver.ts";
import { REQUESTS } from "./requests/all.ts";
import { createSeeds } from "./seeds.ts";

const ANSWERS = join(import.meta.dirname, "answers");

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
