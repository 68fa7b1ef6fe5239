import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDatabase } from "../database/open.ts";
import { openPglite } from "../database/pglite.ts";
import { startTestHub, type TestHub } from "../../test/start-hub.ts";
import { loadNamespaceIdentity } from "./namespace-identity.ts";
import { beginAnew } from "./restore/begin-anew.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-namespace-"));
after(() => rm(folder, { recursive: true }));

for (const [kind, open] of [
  ["sqlite", () => openDatabase(`sqlite:${join(folder, "identity.db")}`)],
  ["postgres", openPglite],
] as const) {
  test(`the namespace of a ${kind} database is as old as that, and the same one when it is restored`, async (t) => {
    const before = Date.now();
    const database = await open();
    t.after(() => database.close());
    const [identity, replica] = await Promise.all([
      loadNamespaceIdentity(database),
      loadNamespaceIdentity(database),
    ]);
    assert.deepEqual(replica, identity);
    const createdAt = identity.createdAt.getTime();
    assert.ok(before <= createdAt && createdAt <= Date.now());
    await database.write((transaction) => beginAnew({ transaction, kind }, Date.now() + 60_000));
    assert.deepEqual(await loadNamespaceIdentity(database), identity);
  });
}

test("the namespace has an age and a uid, which stay when the hub starts again", async () => {
  const [first, again] = [await namespaceOf(), await namespaceOf()];
  assert.match(first.metadata.uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.ok(Math.abs(Date.now() - Date.parse(first.metadata.creationTimestamp)) < 60_000);
  assert.deepEqual(again, first);
});

interface Namespace {
  metadata: { uid: string; creationTimestamp: string };
}

async function namespaceOf(): Promise<Namespace> {
  const hub = await startTestHub({ data: join(folder, "hub") });
  const one = (await ask(hub, "/api/v1/namespaces/sealos-imagehub")) as Namespace;
  const { items } = (await ask(hub, "/api/v1/namespaces")) as { items: Namespace[] };
  assert.deepEqual(items[0]?.metadata, one.metadata);
  await hub.stop();
  return one;
}

async function ask(hub: TestHub, path: string): Promise<unknown> {
  return (await fetch(hub.url + path)).json();
}
