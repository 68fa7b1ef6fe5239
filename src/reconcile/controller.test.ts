import assert from "node:assert/strict";
import { test } from "node:test";
import { ConflictError } from "../resource-store/errors.ts";
import type { Clock } from "./clock.ts";
import { startController, type Outcome, type Reconcile } from "./controller.ts";
import { TerminalError } from "./errors.ts";
import type { Logger } from "./logger.ts";

test("a reconcile that throws is tried again, and warned of", async () => {
  const { outcomes, levels } = await run([new Error("away"), undefined]);
  assert.deepEqual(outcomes, ["error", "success"]);
  assert.deepEqual(levels, ["warn", "debug"]);
});

test("a conflict is tried again without a warning", async () => {
  const { outcomes, levels } = await run([new ConflictError("Image", "a.b.c"), undefined]);
  assert.deepEqual(outcomes, ["conflict", "success"]);
  assert.deepEqual(levels, ["debug", "debug"]);
});

test("a TerminalError is not tried again, and logged as an error", async () => {
  const { outcomes, levels } = await run([new TerminalError("Cannot"), undefined]);
  assert.deepEqual(outcomes, ["terminal"]);
  assert.deepEqual(levels, ["error"]);
});

test("requeueAfterMs asks again later", async () => {
  const { outcomes, delays } = await run([{ requeueAfterMs: 5000 }]);
  assert.deepEqual(outcomes, ["requeue"]);
  assert.deepEqual(delays, [5000]);
});

/** Reconciles one key until the controller is idle, with these results in turn. */
async function run(results: (Error | Awaited<ReturnType<Reconcile>>)[]) {
  const outcomes: Outcome[] = [];
  const levels: string[] = [];
  const delays: number[] = [];
  const controller = startController({
    name: "test",
    concurrency: 1,
    logger: recordingLogger(levels),
    clock: impatientClock(delays),
    metrics: { reconciled: ({ outcome }) => outcomes.push(outcome) },
    async reconcile() {
      const result = results.shift();
      if (result instanceof Error) throw result;
      return result;
    },
  });
  controller.add("key");
  await controller.idle();
  await controller.stop();
  return { outcomes, levels, delays };
}

/** Back-offs end at once; what is to come back much later does not. */
function impatientClock(delays: number[]): Clock {
  return {
    now: () => 0,
    after(delayMs, callback) {
      delays.push(delayMs);
      if (delayMs < 1000) queueMicrotask(callback);
      return () => undefined;
    },
  };
}

function recordingLogger(levels: string[]): Logger {
  return {
    debug: () => levels.push("debug"),
    info: () => levels.push("info"),
    warn: () => levels.push("warn"),
    error: () => levels.push("error"),
  };
}
