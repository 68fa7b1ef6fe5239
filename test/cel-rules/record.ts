/**
 * Records what a real kube-apiserver says by the rules of the hub's CustomResourceDefinitions:
 *
 *     KUBE_APISERVER=/path/of/kube-apiserver ETCD=/path/of/etcd node test/cel-rules/record.ts
 *
 * Both programs are those of test/bad-requests/record.ts. It fails when a definition or a sample is not taken without
 * a warning.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { KINDS, type Kind, type Resource } from "../../src/resources/kinds.ts";
import { createDefinitions } from "../bad-requests/definitions.ts";
import { startKubeApiserver } from "../bad-requests/kube-apiserver.ts";
import { NAMESPACE, type Server } from "../bad-requests/server.ts";
import type { Cause } from "./admission.ts";
import type { Answers } from "./answers.ts";
import type { Case } from "./case.ts";
import { CASES } from "./cases/all.ts";
import { allRules } from "./rules-of.ts";
import { FIELDS, textsFor } from "./texts.ts";

const ANSWERS = join(import.meta.dirname, "answers.json");
const SAMPLES = ["images.yaml", "datapack.yaml"].map((name) => join(import.meta.dirname, "../kubectl", name));
const TEXTS_OF_EACH_SORT = 75;

await using server = await startKubeApiserver();
await createDefinitions(server);
await createSamples();
const answers: Answers = { rules: allRules(), cases: {}, texts: {} };
for (const each of CASES) answers.cases[each.title] = await causesOfCase(each);
for (const [name, field] of Object.entries(FIELDS)) {
  const texts: Record<string, boolean> = {};
  for (const text of textsFor(field, TEXTS_OF_EACH_SORT))
    texts[text] = (await causesOfCase({ resource: field.put(text) })).length === 0;
  answers.texts[name] = texts;
}
await writeFile(ANSWERS, `${JSON.stringify(answers, null, 2)}\n`);

async function createSamples(): Promise<void> {
  for (const file of SAMPLES) {
    for (const document of parseAllDocuments(await readFile(file, "utf8"))) {
      const resource = document.toJS() as Resource<Kind>;
      const response = await send("POST", `${pathOf(resource)}?fieldValidation=Strict`, resource);
      assert.equal(response.status, 201, await response.text());
      assert.equal(response.headers.get("warning"), null);
      await send("DELETE", `${pathOf(resource)}/${resource.metadata.name}`);
    }
  }
}

async function causesOfCase({ old, resource }: Pick<Case, "old" | "resource">): Promise<Cause[]> {
  const path = pathOf(resource);
  if (!old) return causesOf(await send("POST", `${path}?dryRun=All`, resource));
  const made = await send("POST", path, old);
  assert.equal(made.status, 201, JSON.stringify(old));
  const { metadata } = (await made.json()) as Resource<Kind>;
  const { resourceVersion } = metadata;
  const next = {
    ...resource,
    metadata: { ...resource.metadata, ...(resourceVersion && { resourceVersion }) },
  };
  const answer = await send("PUT", `${path}/${metadata.name}?dryRun=All`, next);
  await send("DELETE", `${path}/${metadata.name}`);
  return causesOf(answer);
}

/** A refusal without causes would be no rule's. */
async function causesOf(response: Response): Promise<Cause[]> {
  if (response.ok) return [];
  const { message, details } = (await response.json()) as Refusal;
  assert.ok(response.status === 422 && details?.causes, message);
  return details.causes.map((cause) => ({ field: cause.field, message: cause.message }));
}

interface Refusal {
  message: string;
  details?: { causes?: Cause[] };
}

function pathOf({ kind }: Resource<Kind>): string {
  return `${NAMESPACE}/${KINDS[kind].plural}`;
}

function send(method: string, path: string, body?: object): Promise<Response> {
  const { url, authorization }: Server = server;
  return fetch(url + path, {
    method,
    headers: { authorization, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
}
