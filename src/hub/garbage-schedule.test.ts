import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { pino } from "pino";
import type { Job } from "../api/jobs/job.ts";
import { startGarbageSchedule } from "./garbage-schedule.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What the last collection left → the minutes after the start of the hub at which the next begins. */
const LASTS: [string, Partial<Job> | undefined, number][] = [
  ["no collection yet", undefined, 15],
  ["one that succeeded before longer than the interval", { endedAt: minutes(-70) }, 15],
  ["one that succeeded lately, maybe in another hub", { endedAt: minutes(-20) }, 40],
  ["one that failed lately", { state: "failed", endedAt: minutes(-20) }, 40],
  ["one that was cut off", { state: "interrupted", endedAt: minutes(-1) }, 15],
];

for (const [what, last, expected] of LASTS) {
  test(`after ${what}, garbage is collected ${expected} minutes after the start`, async (t) => {
    const begun = await run(t.mock, { last, forMinutes: 59 });
    assert.deepEqual(begun, [expected]);
  });
}

test("nothing is begun while a collection waits or runs, or when there is no interval", async (t) => {
  for (const state of ["queued", "running"] as const) {
    assert.deepEqual(await run(t.mock, { last: { state }, forMinutes: 180 }), []);
  }
  assert.deepEqual(await run(t.mock, { last: undefined, forMinutes: 180, intervalMs: undefined }), []);
});

test("a collection that cannot be started is tried again after the interval", async (t) => {
  const begun = await run(t.mock, { last: undefined, forMinutes: 150, failsFirst: true });
  assert.deepEqual(begun, [15, 75, 135]);
});

function minutes(count: number): Date {
  return new Date(count * MINUTE_MS);
}

/** Starts a schedule at time 0. @returns the minutes at which it started jobs */
async function run(
  timers: typeof mock,
  options: {
    last: Partial<Job> | undefined;
    forMinutes: number;
    intervalMs?: number | undefined;
    failsFirst?: boolean;
  },
): Promise<number[]> {
  const { last, forMinutes, intervalMs = "intervalMs" in options ? undefined : HOUR_MS } = options;
  timers.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const begun: number[] = [];
  const schedule = startGarbageSchedule({
    jobs: {
      newestOwn: async () =>
        begun.length > 0 && !options.failsFirst ? RUNNING : last && ({ ...ENDED, ...last } as Job),
      async start(kind, parameters, { startedBy }) {
        assert.deepEqual([kind, parameters, startedBy], ["gc", {}, undefined]);
        begun.push(Date.now() / MINUTE_MS);
        if (options.failsFirst) throw new Error("no database");
        return RUNNING;
      },
    },
    logger: pino({ level: "silent" }),
    intervalMs,
  });
  for (let minute = 0; minute < forMinutes; minute++) {
    timers.timers.tick(MINUTE_MS);
    await settled();
  }
  await schedule.close();
  timers.timers.reset();
  return begun;
}

const ENDED: Job = {
  id: 1,
  kind: "gc",
  state: "succeeded",
  parameters: {},
  progress: undefined,
  result: undefined,
  error: undefined,
  startedBy: undefined,
  createdAt: minutes(-90),
  startedAt: minutes(-90),
  endedAt: minutes(-90),
};
const RUNNING: Job = { ...ENDED, state: "running", endedAt: undefined };

/** Until what was awaited at most a few times has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
