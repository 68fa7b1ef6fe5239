import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Database } from "../../database/database.ts";
import { WriteOutcomeUnknownError } from "../../database/errors.ts";
import { JobQueueFullError, type Job } from "./job.ts";
import { createJobRuns } from "./job-runs.ts";
import { aborted, inState, isCounted, LEASE_MS, start, useWorld, type World } from "./jobs.fixture.ts";

/**
 * What jobs do on a database.
 * @param open the database as two hubs have it
 */
export function testJobs(name: string, open: () => Promise<readonly [Database, Database]>): void {
  describe(`jobs on ${name}`, { timeout: 60_000 }, () => {
    const world = useWorld(open);
    testOutcomes(world);
    testLanes(world);
    testLeases(world);
    testBounds(world);
  });
}

/** How jobs end, and what is recorded of it. */
function testOutcomes(world: World): void {
  test("a job that throws has failed, and says why", async () => {
    const jobs = await world.startHub();
    const job = await start(jobs);
    (await world.call(1)).fail(new Error("Cannot read: no such folder"));
    const { error, result } = await inState(jobs, job, "failed");
    assert.deepEqual([error, result], ["Cannot read: no such folder", undefined]);
    await isCounted(jobs, "failed");
  });

  test("a job runs with its parameters, and its result is recorded", async () => {
    const jobs = await world.startHub();
    const job = await start(jobs, "gc", { dryRun: true });
    assert.deepEqual([job.state, job.startedBy, job.parameters], ["queued", "admin", { dryRun: true }]);
    const call = await world.call(1);
    assert.deepEqual(call.parameters, { dryRun: true });
    assert.equal(jobs.totals().running["gc"], 1);
    world.now += 5000;
    call.end({ bytes: 7 });
    const ended = await inState(jobs, job, "succeeded");
    assert.deepEqual([ended.result, ended.error], [{ bytes: 7 }, undefined]);
    assert.deepEqual([ended.startedAt?.getTime(), ended.endedAt?.getTime()], [1_000_000, 1_005_000]);
  });

  test("a job that waits is cancelled at once, one that runs is told to end, and the record of one that ended goes", async () => {
    const jobs = await world.startHub();
    const first = await start(jobs);
    const call = await world.call(1);
    const second = await start(jobs);
    const cancelled = await jobs.end(second.id);
    assert.ok(cancelled && cancelled !== "removed");
    assert.equal(cancelled.state, "cancelled");

    const asked = await jobs.end(first.id);
    assert.ok(asked && asked !== "removed");
    assert.equal(asked.state, "running");
    await aborted(call.signal);
    call.end({ bytes: 3 });
    const ended = await inState(jobs, first, "cancelled");
    assert.deepEqual([ended.result, ended.error], [{ bytes: 3 }, "Cancelled while it ran"]);
    assert.equal(world.calls.length, 1);

    assert.equal(await jobs.end(first.id), "removed");
    assert.equal(await jobs.end(first.id), undefined);
    assert.equal(await jobs.find(first.id), undefined);
  });

  test("a look tells how far a job is", async () => {
    const jobs = await world.startHub();
    const job = await start(jobs);
    const call = await world.call(1);
    call.onProgress({ phase: "blobs", done: 1 });
    call.onProgress({ phase: "blobs", done: 2, total: 9 });
    await jobs.look();
    assert.deepEqual((await jobs.find(job.id))?.progress, { phase: "blobs", done: 2, total: 9 });
  });

  test("a hub that stops interrupts what runs in it, and leaves what waits", async () => {
    const jobs = await world.startHub();
    const first = await start(jobs);
    const call = await world.call(1);
    const second = await start(jobs);
    const closing = jobs.close();
    await aborted(call.signal);
    call.end({ bytes: 3 });
    await closing;
    const { state, result, error } = (await jobs.find(first.id)) ?? {};
    assert.deepEqual([state, result], ["interrupted", { bytes: 3 }]);
    assert.match(error ?? "", /stopped/);
    assert.equal((await jobs.find(second.id))?.state, "queued");
    const again = await world.startHub();
    await inState(again, second, "running");
  });

  test("an end that could not be recorded is recorded later, and nothing of the lane begins before", async () => {
    const { database, faults } = withFaults(world.database());
    const jobs = await world.startHub(0, { database });
    const job = await start(jobs);
    const next = await start(jobs);
    const call = await world.call(1);
    faults.isFailing = true;
    call.end({ bytes: 4 });
    await jobs.look();
    assert.equal((await jobs.find(job.id))?.state, "running");
    faults.isFailing = false;
    await jobs.look();
    assert.deepEqual((await inState(jobs, job, "succeeded")).result, { bytes: 4 });
    await inState(jobs, next, "running");
    await isCounted(jobs, "succeeded");
  });

  test("a job whose claim was made, but not answered, begins at the next look", async () => {
    const { database, faults } = withFaults(world.database());
    const jobs = await world.startHub(0, { database });
    await world.insert({ state: "queued" });
    faults.isSilent = true;
    await assert.rejects(jobs.look(), WriteOutcomeUnknownError);
    faults.isSilent = false;
    const [job] = await jobs.list({ limit: 1 });
    assert.deepEqual([job?.state, world.calls.length], ["running", 0]);
    await jobs.look();
    const call = await world.call(1);
    await jobs.look();
    call.end({ bytes: 7 });
    assert.deepEqual((await inState(jobs, job as Job, "succeeded")).result, { bytes: 7 });
    assert.equal(world.calls.length, 1);
  });

  test("a job whose end was recorded, but not answered, has ended as it did", async () => {
    const { database, faults } = withFaults(world.database());
    const jobs = await world.startHub(0, { database });
    const job = await start(jobs);
    const call = await world.call(1);
    faults.isSilent = true;
    call.end();
    while (faults.unanswered === 0) await new Promise(setImmediate);
    faults.isSilent = false;
    await inState(jobs, job, "succeeded");
    await jobs.look();
    await isCounted(jobs, "succeeded");
  });

  test("a result that is not small is not kept, its problems are", async () => {
    const jobs = await world.startHub();
    const job = await start(jobs);
    (await world.call(1)).end({ problems: 3, list: Array.from({ length: 10_000 }, () => "problem") });
    const { result } = await inState(jobs, job, "succeeded");
    assert.deepEqual(Object.keys(result ?? {}), ["problems", "note"]);
    assert.equal(result?.problems, 3);
  });
}

/** Several hubs on one database. */
function testLanes(world: World): void {
  test("of a lane one runs at a time, in all hubs, in the order in which they were started", async () => {
    const [one, other] = [await world.startHub(0), await world.startHub(1)];
    const first = await start(one);
    await inState(one, first, "running");
    const second = await start(other, "backup");
    const third = await start(one);
    const beside = await start(other, "check");
    await inState(one, beside, "running");
    for (const jobs of [one, other, one]) await jobs.look();
    assert.equal((await one.find(second.id))?.state, "queued");
    assert.equal(world.calls.length, 2);

    world.calls[0]?.end();
    await inState(one, second, "running");
    assert.equal((await one.find(third.id))?.state, "queued");
    world.calls[2]?.end();
    await inState(one, third, "running");
  });

  test("hubs that look at once run no two of a lane, and each once", async () => {
    const [one, other] = [await world.startHub(0), await world.startHub(1)];
    const started: Job[] = [];
    for (let count = 0; count < 8; count++) started.push(await start(count % 2 === 0 ? one : other));
    for (let count = 1; count <= started.length; count++) {
      await Promise.all([one.look(), other.look()]);
      const call = await world.call(count);
      await Promise.all([one.look(), other.look()]);
      assert.equal(world.calls.length, count);
      call.end();
      await inState(one, started[count - 1] as Job, "succeeded");
    }
  });

  test("of two of a lane that are claimed at once, one is", async () => {
    await world.insert({ state: "queued" }, 2);
    const [one, other] = ([0, 1] as const).map((index) =>
      createJobRuns({ database: world.database(index), now: () => world.now, runner: `hub ${index}` }),
    );
    assert.ok(one && other);
    const [first, second] = await one.active();
    assert.ok(first && second);
    const claimed = await Promise.all([one.claim(first.id), other.claim(second.id)]);
    assert.equal(claimed.filter((job) => job !== undefined).length, 1);
  });

  test("a hub ends a job that another hub was asked to cancel", async () => {
    const [one, other] = [await world.startHub(0), await world.startHub(1)];
    const job = await start(one);
    const call = await world.call(1);
    await other.end(job.id);
    await one.look();
    assert.equal(call.signal.aborted, true);
    call.fail(new Error("aborted"));
    const { error } = await inState(other, job, "cancelled");
    assert.equal(error, "Cancelled while it ran");
  });

  test("a job of a kind that only a newer program has waits, and holds up no lane", async () => {
    await world.insert({ kind: "defragment", state: "queued" });
    const jobs = await world.startHub();
    await inState(jobs, await start(jobs), "running");
    assert.equal((await jobs.list({ limit: 5 })).at(-1)?.state, "queued");
  });
}

/** Hubs that die, or seem to. */
function testLeases(world: World): void {
  test("a job of a dead hub is interrupted when that was silent for the lease, and the next goes on", async () => {
    await world.insert({ state: "running", runner: "dead", beat_at: 5 });
    const jobs = await world.startHub();
    const next = await start(jobs);
    const [, dead] = await jobs.list({ limit: 2 });
    assert.ok(dead);
    world.now += LEASE_MS;
    await jobs.look();
    assert.deepEqual([(await jobs.find(dead.id))?.state, world.calls.length], ["running", 0]);
    world.now += 1;
    await jobs.look();
    const { state, error } = (await jobs.find(dead.id)) ?? {};
    assert.deepEqual([state, error], ["interrupted", "The hub that ran it has ended"]);
    await inState(jobs, next, "running");
  });

  test("a job whose hub tells of it is left alone, however its clock goes", async () => {
    await world.insert({ state: "running", runner: "alive", beat_at: 5 });
    const jobs = await world.startHub();
    for (let beat = 6; beat < 10; beat++) {
      world.now += LEASE_MS;
      await world.update({ beat_at: beat });
      await jobs.look();
    }
    assert.equal((await jobs.list({ limit: 1 }))[0]?.state, "running");
  });

  test("a job that was taken for dead ends, and its record stays as it is", async () => {
    const jobs = await world.startHub();
    const job = await start(jobs);
    const call = await world.call(1);
    await world.update({ state: "interrupted", error: "taken for dead" });
    await jobs.look();
    assert.equal(call.signal.aborted, true);
    call.end({ bytes: 1 });
    await jobs.look();
    const { state, error, result } = (await jobs.find(job.id)) ?? {};
    assert.deepEqual([state, error, result], ["interrupted", "taken for dead", undefined]);
  });

  test("a job that cannot tell that it runs ends before others take it for dead", async () => {
    const { database, faults } = withFaults(world.database());
    const jobs = await world.startHub(0, { database });
    await start(jobs);
    const call = await world.call(1);
    faults.isFailing = true;
    world.now += LEASE_MS / 2;
    await jobs.look();
    assert.equal(call.signal.aborted, false);
    world.now += 1;
    await jobs.look();
    assert.equal(call.signal.aborted, true);
    faults.isFailing = false;
  });

  test("a job whose database gives no answer at all ends before others take it for dead", async () => {
    const { database, faults } = withFaults(world.database());
    const jobs = await world.startHub(0, { database, leaseMs: 40 });
    await start(jobs);
    const call = await world.call(1);
    const answer = Promise.withResolvers<void>();
    faults.answer = answer.promise;
    const looking = jobs.look();
    await aborted(call.signal);
    answer.resolve();
    await looking;
  });
}

/** What is kept. */
function testBounds(world: World): void {
  test("so many jobs wait and no more, and the oldest records of ended ones go", async () => {
    await world.insert({ state: "failed", ended_at: 0 }, 500);
    await world.insert({ state: "running", runner: "alive", beat_at: 5 });
    const jobs = await world.startHub();
    await world.insert({ state: "queued" }, 49);
    await start(jobs);
    await assert.rejects(start(jobs), JobQueueFullError);
    const all = await jobs.list({ limit: 1000 });
    assert.equal(all.filter(({ state }) => state === "failed").length, 399);
    assert.equal(all.filter(({ state }) => state === "queued").length, 50);
  });
}

/** A database that, when told, refuses writes, or makes them and does not answer, or later. */
function withFaults(database: Database): {
  database: Database;
  faults: { isFailing: boolean; isSilent: boolean; unanswered: number; answer: Promise<void> };
} {
  const faults = { isFailing: false, isSilent: false, unanswered: 0, answer: Promise.resolve() };
  return {
    faults,
    database: {
      ...database,
      async write(work, options) {
        if (faults.isFailing) throw new Error("no database");
        const result = await database.write(work, options);
        await faults.answer;
        if (!faults.isSilent) return result;
        faults.unanswered += 1;
        throw new WriteOutcomeUnknownError();
      },
    },
  };
}
