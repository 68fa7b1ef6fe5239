import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, openTestHub, type TestHub } from "../../test/controllers-hub.ts";
import { newResource } from "../resources/kinds.ts";

test("a Repository counts the Users that starred it, also after a restart", async () => {
  await using hub = await openTestHub();
  await hub.push("a/b:1", {});
  await hub.push("a/c:1", {});
  await star(hub, "ann", ["a/b", "a/c"]);
  await star(hub, "bob", ["a/b", "no/such"]);
  await starsAre(hub, { "a.b": 2, "a.c": 1 });
  await hub.restart();
  await hub.store.delete("User", "ann");
  await starsAre(hub, { "a.b": 1, "a.c": 0 });
  const bob = await hub.store.get("User", "bob");
  await hub.store.update({ ...bob, spec: { starred: ["a/c", "a/c"] } });
  await starsAre(hub, { "a.b": 0, "a.c": 1 });
});

async function star(hub: TestHub, name: string, starred: string[]): Promise<void> {
  await hub.store.create(newResource("User", name, { spec: { starred } }));
}

async function starsAre({ store }: TestHub, expected: Record<string, number>): Promise<void> {
  await eventually(async () => {
    for (const [name, stars] of Object.entries(expected)) {
      assert.equal((await store.get("Repository", name)).status?.stars, stars, name);
    }
  });
}
