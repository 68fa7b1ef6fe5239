import assert from "node:assert/strict";
import { test } from "node:test";
import { generate } from "../bench/scale/generate.ts";
import { createManualClock } from "../src/reconcile/manual-clock.ts";
import type { ResourceStore } from "../src/resource-store/port.ts";
import { KINDS, type Kind, type Resource } from "../src/resources/kinds.ts";
import { eventually, openTestHub } from "./controllers-hub.ts";

const HOUR_MS = 60 * 60 * 1000;
/** More tags than a Repository lists, and than are looked at together. */
const SHAPE = { organizations: 2, repositories: 6, tagsEach: 2, tagsOfLarge: 120 };
const LAST_REPOSITORY = "org-00001.app-000005";

test("controllers that look at all that the benchmark made up find nothing to write", async () => {
  await using hub = await openTestHub((folder) => generate(folder, SHAPE));
  const { store } = hub;
  await hub.controllers.idle();
  await hub.controllers.stop();
  const before = await versionsOf(store);
  assert.equal(before.size, 2 + 6 + 5 * 3 + 121);
  assert.equal(Math.max(...before.values()), 1 + before.size, "what was made up starts at version 2");
  const { status, ...last } = await store.get("Repository", LAST_REPOSITORY);
  await store.updateStatus({ ...last, status: { ...status, tagCount: 77 } });

  const clock = createManualClock(Date.now());
  await hub.restart({ clock });
  // Looked at last, so all has been looked at when it is put right.
  await eventually(async () => {
    clock.advance(HOUR_MS);
    assert.equal((await store.get("Repository", LAST_REPOSITORY)).status?.tagCount, 2);
  });
  await hub.controllers.stop();

  const after = await versionsOf(store);
  const written = [...after].filter(([name, version]) => before.get(name) !== version);
  assert.deepEqual(
    written.map(([name]) => name),
    [`Repository ${LAST_REPOSITORY}`],
  );
});

async function versionsOf(store: ResourceStore): Promise<Map<string, number>> {
  const lists = await Promise.all(
    (Object.keys(KINDS) as Kind[]).map((kind) => store.list(kind, { limit: 1000 })),
  );
  return new Map(
    lists
      .flatMap(({ items }): Resource<Kind>[] => items)
      .map(({ kind, metadata }) => [`${kind} ${metadata.name}`, Number(metadata.resourceVersion)]),
  );
}
