import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MAX_DATA_PACKS_A_CALLER } from "../src/admission/data-pack.ts";
import { dataPackName } from "../src/resources/data-pack-name.ts";
import { newResource, type Spec } from "../src/resources/kinds.ts";
import { CREATED_BY_LABEL } from "../src/resources/labels.ts";
import { basic, startTestHub } from "./start-hub.ts";

const API = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/datapacks";
const PASSWORD = "correct horse battery";
const LEFT = 3;
const AT_ONCE = 12;

const hub = await startTestHub();
after(() => hub.stop());
const { accounts, store } = hub.context;
await accounts.register({ name: "alice", password: PASSWORD });
const alice = basic("alice", PASSWORD);

await makePacks("alice", MAX_DATA_PACKS_A_CALLER - LEFT);

test("of many that one caller creates at once, so many are made as the limit leaves", async () => {
  const asked = Array.from({ length: AT_ONCE }, (_, index) =>
    index % 2 === 0 ? create(specOf(5000 + index), alice) : apply(specOf(5000 + index), alice),
  );
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 201).length, LEFT);
  assert.equal(statuses.filter((status) => status === 403).length, AT_ONCE - LEFT);
});

test("at the limit one that is there already is answered so, with its name given or left out", async () => {
  const spec = specOf(9000);
  assert.equal((await create(spec, hub.admin)).status, 201);
  for (const name of [dataPackName(spec), undefined]) {
    const { status, json } = await create(spec, alice, name);
    assert.deepEqual([status, json.reason], [409, "AlreadyExists"]);
  }
  const { status, json } = await create(specOf(9001), alice);
  assert.deepEqual([status, json.reason], [403, "Forbidden"]);
  assert.match(json.message, /you have 1000 DataPacks/);
});

test("one without legal names is told what is wrong, also at the limit", async () => {
  const noString = { toString: 1, valueOf: 1 };
  for (const names of [1, [noString, noString], [noString, "alice/app:v1"]]) {
    const { status } = await create({ type: "base", names } as unknown as Spec<"DataPack">, alice);
    assert.ok([400, 422].includes(status), `${status}`);
  }
});

test("administrators have no limit", async () => {
  const owned = { labelSelector: [{ key: CREATED_BY_LABEL, operator: "In" as const, values: ["admin"] }] };
  await makePacks("admin", MAX_DATA_PACKS_A_CALLER);
  assert.ok((await store.count("DataPack", owned)) >= MAX_DATA_PACKS_A_CALLER);
  assert.equal((await create(specOf(9002), hub.admin)).status, 201);
});

/** As if this caller had created them. */
async function makePacks(caller: string, count: number): Promise<void> {
  const made = Array.from({ length: count }, (_, index) => {
    const pack = newResource("DataPack", `${caller}-${index}`, { spec: specOf(index) });
    return store.create({ ...pack, metadata: { ...pack.metadata, labels: { [CREATED_BY_LABEL]: caller } } });
  });
  await Promise.all(made);
}

function specOf(index: number): Spec<"DataPack"> {
  return { type: "base", names: [`alice/app:v${index}`], expireTime: "2h" };
}

interface Answer {
  status: number;
  json: { reason: string; message: string };
}

function create(spec: Spec<"DataPack">, by: string, name?: string): Promise<Answer> {
  return ask("POST", API, { by, type: "application/json", name, spec });
}

function apply(spec: Spec<"DataPack">, by: string): Promise<Answer> {
  const name = dataPackName(spec);
  return ask("PATCH", `${API}/${name}?fieldManager=test`, {
    by,
    type: "application/apply-patch+yaml",
    name,
    spec,
  });
}

async function ask(
  method: string,
  path: string,
  { by, type, name, spec }: { by: string; type: string; name: string | undefined; spec: Spec<"DataPack"> },
): Promise<Answer> {
  const metadata = name === undefined ? {} : { name };
  const response = await fetch(`${hub.url}${path}`, {
    method,
    headers: { authorization: by, "content-type": type },
    body: JSON.stringify({ apiVersion: "imagehub.sealos.io/v1", kind: "DataPack", metadata, spec }),
  });
  return { status: response.status, json: (await response.json()) as Answer["json"] };
}
