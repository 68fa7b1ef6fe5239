import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { FIRST_BACK_OFF_MS, MAX_BACK_OFF_MS } from "./back-off.ts";
import { createManualClock } from "./manual-clock.ts";
import { createWorkQueue, type Verdict, type WorkQueueOptions } from "./work-queue.ts";

test("a key added many times before its turn is handled once", async () => {
  const { queue, started, finish } = createQueue({ concurrency: 1 });
  queue.add("busy");
  for (let i = 0; i < 3; i++) queue.add("key");
  await finish("busy");
  await finish("key");
  assert.deepEqual(started, ["busy", "key"]);
  await queue.idle();
});

test("a key added while it is handled is handled once more afterwards, never twice at the same time", async () => {
  const { queue, started, finish } = createQueue({ concurrency: 4 });
  queue.add("key");
  await setImmediate();
  queue.add("key");
  queue.add("key");
  await setImmediate();
  assert.deepEqual(started, ["key"]);
  await finish("key");
  assert.deepEqual(started, ["key", "key"]);
  await finish("key");
  await queue.idle();
  assert.deepEqual(started, ["key", "key"]);
});

test("a key that a handler adds to itself at once is not handled twice at the same time", async () => {
  let running = 0;
  let most = 0;
  let rounds = 0;
  const queue = createWorkQueue({
    concurrency: 4,
    handle: async (key) => {
      most = Math.max(most, ++running);
      if (++rounds < 3) queue.add(key);
      await setImmediate();
      running--;
      return DONE;
    },
  });
  queue.add("key");
  await queue.idle();
  assert.deepEqual({ most, rounds }, { most: 1, rounds: 3 });
});

test("no more keys are handled at the same time than allowed", async () => {
  const { queue, started, finish } = createQueue({ concurrency: 2 });
  for (const key of ["a", "b", "c"]) queue.add(key);
  await setImmediate();
  assert.deepEqual(started, ["a", "b"]);
  await finish("b");
  assert.deepEqual(started, ["a", "b", "c"]);
});

test("groups take turns, so a group with many keys does not hold up one with few", async () => {
  const { queue, started, finish } = createQueue({ concurrency: 1, groupOf });
  for (const key of ["big/1", "big/2", "big/3", "small/1"]) queue.add(key);
  for (const key of ["big/1", "big/2", "small/1", "big/3"]) await finish(key);
  assert.deepEqual(started, ["big/1", "big/2", "small/1", "big/3"]);
});

test("one group never takes all places", async () => {
  const { queue, started, finish } = createQueue({ concurrency: 3, groupOf });
  for (const key of ["big/1", "big/2", "big/3"]) queue.add(key);
  await setImmediate();
  assert.deepEqual(started, ["big/1", "big/2"]);
  queue.add("small/1");
  await setImmediate();
  assert.deepEqual(started, ["big/1", "big/2", "small/1"]);
  await finish("big/1");
  assert.deepEqual(started.at(-1), "big/3");
});

test("a key that fails waits longer each time, up to a limit", async () => {
  const { queue, clock, finish } = createQueue({ concurrency: 1, random: () => 1 });
  queue.add("key");
  const waits: (number | undefined)[] = [];
  for (let i = 0; i < 12; i++) {
    await finish("key", RETRY);
    waits.push(clock.nextDelayMs);
    clock.advance(clock.nextDelayMs ?? 0);
  }
  assert.deepEqual(waits.slice(0, 3), [FIRST_BACK_OFF_MS, 2 * FIRST_BACK_OFF_MS, 4 * FIRST_BACK_OFF_MS]);
  assert.equal(waits.at(-1), MAX_BACK_OFF_MS);
});

test("jitter spreads the back-off over its upper half", async () => {
  const { queue, clock, finish } = createQueue({ concurrency: 1, random: () => 0 });
  queue.add("key");
  await finish("key", RETRY);
  assert.equal(clock.nextDelayMs, FIRST_BACK_OFF_MS / 2);
});

test("a key that succeeds starts its back-off anew", async () => {
  const { queue, clock, finish } = createQueue({ concurrency: 1, random: () => 1 });
  queue.add("key");
  await finish("key", RETRY);
  clock.advance(FIRST_BACK_OFF_MS);
  await finish("key", RETRY);
  clock.advance(2 * FIRST_BACK_OFF_MS);
  await finish("key", DONE);
  queue.add("key");
  await finish("key", RETRY);
  assert.equal(clock.nextDelayMs, FIRST_BACK_OFF_MS);
});

test("a key in back-off is not brought forward, so failing work that causes events does not spin", async () => {
  const { queue, clock, started, finish } = createQueue({ concurrency: 1, random: () => 1 });
  queue.add("key");
  await setImmediate();
  queue.add("key");
  await finish("key", RETRY);
  queue.add("key");
  await setImmediate();
  assert.deepEqual(started, ["key"]);
  clock.advance(FIRST_BACK_OFF_MS);
  await finish("key");
  assert.deepEqual(started, ["key", "key"]);
  await queue.idle();
});

test("a key that asked to come back later is handled then, or at once when it is added", async () => {
  const { queue, clock, started, finish } = createQueue({ concurrency: 1 });
  queue.add("key");
  await finish("key", { next: "again", afterMs: 1000 });
  await queue.idle();
  clock.advance(999);
  await setImmediate();
  assert.equal(started.length, 1);
  clock.advance(1);
  await finish("key", { next: "again", afterMs: 1000 });
  assert.equal(started.length, 2);
  queue.add("key");
  await finish("key");
  assert.equal(started.length, 3);
  assert.equal(clock.nextDelayMs, undefined);
});

test("idle() waits for keys in back-off", async () => {
  const { queue, clock, finish } = createQueue({ concurrency: 1, random: () => 1 });
  queue.add("key");
  await finish("key", RETRY);
  assert.equal(queue.isIdle, false);
  clock.advance(FIRST_BACK_OFF_MS);
  await finish("key");
  await queue.idle();
  assert.equal(queue.isIdle, true);
});

test("room() makes sources wait while ten thousand keys are waiting", async () => {
  const { queue, finish } = createQueue({ concurrency: 1 });
  for (let i = 0; i < 10_001; i++) queue.add(`key ${i}`);
  let hasRoom = false;
  const waited = queue.room().then(() => (hasRoom = true));
  await setImmediate();
  assert.equal(hasRoom, false);
  await finish("key 0");
  await waited;
});

test("a key that was handled rests before it is handled again, once for all that was added meanwhile", async () => {
  const { queue, clock, started, finish } = createQueue({ concurrency: 1, restMs: 300 });
  queue.add("key");
  await finish("key");
  queue.add("key");
  clock.advance(299);
  queue.add("key");
  await setImmediate();
  assert.deepEqual(started, ["key"]);
  assert.deepEqual({ waiting: queue.waiting, isIdle: queue.isIdle }, { waiting: 1, isIdle: false });
  clock.advance(1);
  await finish("key");
  assert.deepEqual(started, ["key", "key"]);
  await queue.idle();
});

test("a key added while it is handled rests before it is handled again, unless it is added at once", async () => {
  const { queue, clock, started, finish } = createQueue({ concurrency: 1, restMs: 300 });
  queue.add("key");
  await setImmediate();
  queue.add("key");
  await finish("key");
  assert.deepEqual(started, ["key"]);
  clock.advance(300);
  await setImmediate();
  queue.add("key", { atOnce: true });
  queue.add("key");
  await finish("key");
  await finish("key");
  assert.deepEqual(started, ["key", "key", "key"]);
});

test("a key added at once wakes from its rest, and is handled for what was added before as well", async () => {
  const { queue, clock, started, finish } = createQueue({ concurrency: 1, restMs: 300 });
  queue.add("key");
  await finish("key");
  queue.add("key");
  queue.add("key", { atOnce: true });
  await finish("key");
  assert.deepEqual(started, ["key", "key"]);
  clock.advance(300);
  await setImmediate();
  assert.deepEqual(started, ["key", "key"]);
  assert.equal(queue.isIdle, true);
});

test("stop() aborts what is being handled, waits for it, and takes no more", async () => {
  const started: string[] = [];
  const queue = createWorkQueue({
    concurrency: 1,
    handle: async (key, signal) => {
      started.push(key);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return RETRY;
    },
  });
  queue.add("a");
  queue.add("b");
  await setImmediate();
  await queue.stop();
  queue.add("c");
  await setImmediate();
  assert.deepEqual(started, ["a"]);
});

const DONE: Verdict = { next: "done" };
const RETRY: Verdict = { next: "retry" };

function groupOf(key: string): string {
  return key.split("/", 1)[0] ?? key;
}

/** A queue whose handler waits until the test finishes a key. */
function createQueue(options: Pick<WorkQueueOptions, "concurrency" | "groupOf" | "random" | "restMs">) {
  const clock = createManualClock();
  const started: string[] = [];
  const open = new Map<string, (verdict: Verdict) => void>();
  const queue = createWorkQueue({
    ...options,
    clock,
    handle(key) {
      started.push(key);
      const { promise, resolve } = Promise.withResolvers<Verdict>();
      open.set(key, resolve);
      return promise;
    },
  });
  async function finish(key: string, verdict: Verdict = DONE): Promise<void> {
    await setImmediate();
    const resolve = open.get(key);
    assert.ok(resolve, `${key} is being handled`);
    open.delete(key);
    resolve(verdict);
    await setImmediate();
  }
  return { queue, clock, started, finish };
}
