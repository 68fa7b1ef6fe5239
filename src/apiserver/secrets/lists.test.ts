import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ALL, openSecretsBench, release, SHOWN, type Secret, type Status, TYPE } from "./secrets.fixture.ts";

const { hub, send, make } = await openSecretsBench();
after(() => hub.stop());

interface List {
  kind: string;
  metadata: { resourceVersion: string; continue?: string };
  items: Secret[];
}

test("lists are selected by labels and fields, paged, and whole however long", async () => {
  await send("DELETE", ALL);
  for (let index = 10; index < 55; index += 1) {
    await send("POST", ALL, { body: release(`n${index}`, { even: String(index % 2 === 0) }) });
  }
  const all = await listed("");
  assert.deepEqual(
    all,
    Array.from({ length: 45 }, (_, index) => `n${index + 10}`),
  );
  assert.equal((await listed("?labelSelector=even=true")).length, 23);
  assert.deepEqual(await listed("?fieldSelector=metadata.name=n12"), ["n12"]);
  assert.equal((await listed(`?fieldSelector=type=${TYPE}`)).length, 45);
  assert.deepEqual(await listed("?fieldSelector=type=Opaque"), []);
  const paged: string[] = [];
  let place = "";
  do {
    const { answer } = await send<List>("GET", `/api/v1/secrets?limit=7&labelSelector=even=true${place}`);
    assert.ok(answer.items.length <= 7);
    paged.push(...answer.items.map(({ metadata }) => metadata.name));
    place = answer.metadata.continue ? `&continue=${answer.metadata.continue}` : "";
  } while (place !== "");
  assert.deepEqual(
    paged,
    all.filter((_, index) => index % 2 === 0),
  );
  await send("DELETE", `${ALL}?labelSelector=even=true`);
  assert.equal((await listed("")).length, 22);
  const { answer } = await send<List>("GET", `${ALL}?limit=1`);
  const ofSecrets = await send<Status>("GET", `/api/v1/events?continue=${answer.metadata.continue}`);
  assert.deepEqual([ofSecrets.status, ofSecrets.answer.reason], [410, "Expired"]);
});

test("a table has Kubernetes' columns, and metadata alone no values", async () => {
  await send("DELETE", ALL);
  await make("shown");
  const table = await send<{ columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] }>(
    "GET",
    ALL,
    {
      accept: "application/json;as=Table;g=meta.k8s.io;v=v1",
    },
  );
  assert.deepEqual(
    table.answer.columnDefinitions.map(({ name }) => name),
    ["Name", "Type", "Data", "Age"],
  );
  assert.deepEqual(table.answer.rows[0]?.cells.slice(0, 3), ["shown", TYPE, "1"]);
  for (const path of [ALL, `${ALL}/shown`]) {
    const { answer } = await send("GET", path, {
      accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
    });
    assert.match(JSON.stringify(answer), /"shown"/);
    assert.doesNotMatch(JSON.stringify([answer, table.answer]), SHOWN);
  }
});

test("Secrets are not watched, and discovery does not say so", async () => {
  const watch = await send<Status>("GET", `${ALL}?watch=1`);
  assert.deepEqual([watch.status, watch.answer.reason], [405, "MethodNotAllowed"]);
  const { answer } = await send<{ resources: { name: string; verbs: string[] }[] }>("GET", "/api/v1");
  assert.deepEqual(answer.resources.find(({ name }) => name === "secrets")?.verbs, [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
  ]);
});

async function listed(query: string): Promise<string[]> {
  const { answer } = await send<List>("GET", ALL + query);
  assert.equal(answer.kind, "SecretList");
  return answer.items.map(({ metadata }) => metadata.name);
}
