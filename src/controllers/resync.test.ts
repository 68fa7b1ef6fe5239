import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, openTestHub, type TestHub } from "../../test/controllers-hub.ts";
import { createManualClock } from "../reconcile/manual-clock.ts";
import { silentLogger } from "../reconcile/logger.ts";
import type { WorkQueue } from "../reconcile/work-queue.ts";
import { startResync } from "./resync.ts";

const HOUR_MS = 60 * 60 * 1000;

test("each repository is looked at once in ten hours, one after the other, its organization once", async () => {
  await using hub = await openRestingHub(["a/one:1", "a/two:1", "b/one:1", "b/two:1"]);
  await using resync = await startTestResync(hub);
  assert.deepEqual(resync.added, []);
  for (const expected of [["a/one", "a"], ["a/two"], ["b/one", "b"], ["b/two"]]) {
    resync.added.length = 0;
    await resync.advance(2.5 * HOUR_MS);
    assert.deepEqual(resync.added, expected);
  }
  assert.deepEqual([...resync.doubted], ["a/one", "a/two", "b/one", "b/two"]);
  resync.added.length = 0;
  await resync.advance(2.5 * HOUR_MS);
  await resync.advance(2.5 * HOUR_MS);
  assert.deepEqual(resync.added, ["a/one", "a"]);
});

test("Images that show their tag are left alone", async () => {
  await using hub = await openRestingHub(["a/one:1"]);
  await using resync = await startTestResync(hub);
  await resync.advance(10 * HOUR_MS);
  assert.deepEqual(await hub.content.dirtyKeys.take(10), []);
});

test("an Image that is missing, or shows another digest, is reconciled, and latest with it", async () => {
  await using hub = await openRestingHub(["a/one:1", "a/one:2", "a/one:3"]);
  await hub.store.delete("Image", "a.one.1");
  const second = await hub.store.get("Image", "a.one.2");
  await hub.store.updateStatus({ ...second, status: { ...second.status, pushedBy: "mallory" } });
  await using resync = await startTestResync(hub);
  await resync.advance(10 * HOUR_MS);
  const keys = (await hub.content.dirtyKeys.take(10)).map(({ key }) => key);
  assert.deepEqual(keys.toSorted(), ["a/one:1", "a/one:2", "a/one:latest"]);
});

test("what happened while nobody watched is put right by the controllers", async () => {
  await using hub = await openRestingHub(["a/one:1"]);
  const before = await hub.store.get("Repository", "a.one");
  const tags = (before.status?.tags ?? []).map((tag) => ({ ...tag, size: 77 }));
  await hub.store.updateStatus({ ...before, status: { ...before.status, tags, tagCount: 77 } });
  const clock = createManualClock(Date.now());
  await hub.restart({ clock });
  await eventually(async () => {
    clock.advance(HOUR_MS);
    assert.deepEqual((await hub.store.get("Repository", "a.one")).status, before.status);
  });
});

/** A hub whose controllers have done what these pushes asked for, and stopped. */
async function openRestingHub(images: readonly string[]): Promise<TestHub> {
  const hub = await openTestHub();
  for (const image of images) await hub.push(image);
  await hub.controllers.idle();
  await hub.controllers.stop();
  return hub;
}

async function startTestResync({ content, store }: TestHub) {
  const clock = createManualClock();
  const added: string[] = [];
  const doubted = new Set<string>();
  const queue = { add: (key: string) => void added.push(key), room: () => Promise.resolve() } as WorkQueue;
  const parts = { content, store, doubted, clock, logger: silentLogger };
  const resync = startResync({ ...parts, repositories: queue, organizations: queue });
  /** Until it waits again. */
  const rests = () => eventually(async () => assert.ok(clock.nextDelayMs));
  await rests();
  return {
    added,
    doubted,
    async advance(delayMs: number) {
      clock.advance(delayMs);
      await rests();
    },
    [Symbol.asyncDispose]: () => resync.stop(),
  };
}
