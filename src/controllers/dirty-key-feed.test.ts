import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import type { DirtyKey, DirtyKeys } from "../content/content.ts";
import { silentLogger } from "../reconcile/logger.ts";
import { createManualClock } from "../reconcile/manual-clock.ts";
import { startDirtyKeyFeed } from "./dirty-key-feed.ts";

test("keys that an earlier process left behind are delivered at the start", async () => {
  const { feed, delivered } = await start({ left: ["a/b:1"] });
  assert.deepEqual(delivered, ["a/b:1 1"]);
  await feed.stop();
});

test("a key is delivered once for each time it is touched, however often others are", async () => {
  const { dirtyKeys, feed, delivered, settled } = await start();
  await dirtyKeys.touch([image("a/b:1")]);
  await settled();
  await dirtyKeys.touch([image("a/b:2")]);
  await settled();
  await dirtyKeys.touch([image("a/b:1")]);
  await settled();
  assert.deepEqual(delivered, ["a/b:1 1", "a/b:2 2", "a/b:1 3"]);
  await feed.stop();
});

test("a key touched while it was under way is not settled by the earlier receipt", async () => {
  const { dirtyKeys, feed, keys, settled } = await start({ left: ["a/b:1"] });
  await dirtyKeys.touch([image("a/b:1")]);
  await settled();
  await feed.settle(keys.slice(0, 1));
  assert.equal(feed.isIdle, false);
  await feed.settle(keys.slice(1));
  assert.equal(feed.isIdle, true);
  await feed.idle();
  await feed.stop();
});

test("touched keys count as not idle at once, before they are read", async () => {
  const { dirtyKeys, feed } = await start();
  assert.equal(feed.isIdle, true);
  await dirtyKeys.touch([image("a/b:1")]);
  assert.equal(feed.isIdle, false);
  await feed.stop();
});

test("keys that cannot be read are read later", async () => {
  const { dirtyKeys, feed, delivered, settled } = await start();
  dirtyKeys.failures = 1;
  await dirtyKeys.touch([image("a/b:1")]);
  await settled();
  assert.deepEqual(delivered, []);
  assert.equal(feed.isIdle, false);
  await settled(1000);
  assert.deepEqual(delivered, ["a/b:1 1"]);
  await feed.stop();
});

test("keys touched by another process are found without a call", async () => {
  const { dirtyKeys, feed, delivered, settled } = await start();
  dirtyKeys.touchSilently("a/b:1");
  await settled(5000);
  assert.deepEqual(delivered, ["a/b:1 1"]);
  await feed.stop();
});

test("keys of many pushes at once wait until there are few, and for five seconds at most", async () => {
  const { dirtyKeys, feed, delivered, settled } = await start();
  let pushes = 0;
  async function pushFor(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 20) {
      await dirtyKeys.touch([image(`a/b:${pushes++}`)]);
      await settled(20);
    }
  }
  await pushFor(1000);
  // The first came before it could be known.
  const early = delivered.length;
  assert.ok(early < 20, String(early));
  await settled(600);
  assert.equal(delivered.length, pushes);
  await pushFor(5500);
  assert.ok(pushes - delivered.length < 20, `${delivered.length} of ${pushes}`);
  await feed.stop();
});

test("a client that pushes one after the other is no burst", async () => {
  const { dirtyKeys, feed, delivered, settled } = await start();
  for (let push = 0; push < 20; push += 1) {
    await dirtyKeys.touch([image(`a/b:${push}`)]);
    await settled(60);
    assert.equal(delivered.length, push + 1);
  }
  await feed.stop();
});

test("more than two thousand keys are never under way; the rest follows as they are settled", async () => {
  const left = Array.from({ length: 2500 }, (_, index) => `a/b:${index}`);
  const { feed, keys, settled } = await start({ left });
  await settled(500);
  assert.equal(keys.length, 2000);
  await feed.settle(keys.slice(0, 1000));
  await settled(500);
  assert.equal(keys.length, 2500);
  await feed.stop();
});

async function start({ left = [] }: { left?: string[] } = {}) {
  const clock = createManualClock();
  const dirtyKeys = createDirtyKeys();
  for (const key of left) dirtyKeys.touchSilently(key);
  const keys: DirtyKey[] = [];
  const delivered: string[] = [];
  const feed = startDirtyKeyFeed({
    dirtyKeys,
    clock,
    logger: silentLogger,
    deliver(found) {
      keys.push(...found);
      delivered.push(...found.map(({ key, stamp }) => `${key} ${stamp}`));
    },
  });
  async function settled(delayMs = 20): Promise<void> {
    await setImmediate();
    for (let passedMs = 0; passedMs < delayMs; passedMs += 10) {
      clock.advance(10);
      await setImmediate();
    }
  }
  await settled();
  return { dirtyKeys, feed, keys, delivered, settled };
}

function image(key: string): Pick<DirtyKey, "kind" | "key"> {
  return { kind: "image", key };
}

/** The set in memory; stamps count up. */
function createDirtyKeys() {
  const stamps = new Map<string, string>();
  const listeners = new Set<() => void>();
  let touches = 0;
  const dirtyKeys = {
    failures: 0,
    touchSilently(key: string) {
      stamps.set(key, String(++touches));
    },
    async take(limit: number) {
      if (dirtyKeys.failures-- > 0) throw new Error("database is away");
      return [...stamps].slice(0, limit).map(([key, stamp]) => ({ kind: "image" as const, key, stamp }));
    },
    async settle(settled: readonly DirtyKey[]) {
      for (const { key, stamp } of settled) if (stamps.get(key) === stamp) stamps.delete(key);
    },
    async touch(keys: readonly Pick<DirtyKey, "key">[]) {
      for (const { key } of keys) dirtyKeys.touchSilently(key);
      for (const listener of listeners) listener();
    },
    onTouched(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return dirtyKeys satisfies DirtyKeys;
}
