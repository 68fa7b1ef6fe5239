import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import type { Insertable, Updateable } from "kysely";
import { pino } from "pino";
import { Type } from "typebox";
import type { Database } from "../../database/database.ts";
import type { JobTable } from "../../database/tables.ts";
import type { EndState, Job } from "./job.ts";
import type { JobContext, JobKind, JobName, JobResult } from "./job-kind.ts";
import { startJobs, type Jobs, type JobsOptions } from "./jobs.ts";

export const LEASE_MS = 30_000;

/** A job that runs, until its test ends it. */
export interface Call extends JobContext {
  parameters: unknown;
  end(result?: JobResult): void;
  fail(error: Error): void;
}

/** Hubs on one database, with a clock of their own and what they run. */
export interface World {
  now: number;
  calls: Call[];
  /** As one of two hubs has it. Default the first. */
  database(index?: 0 | 1): Database;
  startHub(index?: 0 | 1, options?: Partial<JobsOptions>): Promise<Jobs>;
  /** The call of this number, once it has begun. */
  call(count: number): Promise<Call>;
  insert(row: Partial<Insertable<JobTable>> & Pick<JobTable, "state">, count?: number): Promise<void>;
  /** Changes all records. */
  update(columns: Updateable<JobTable>): Promise<void>;
}

/**
 * Makes a world anew for each test of a suite.
 * @param open the database as two hubs have it
 */
export function useWorld(open: () => Promise<readonly [Database, Database]>): World {
  let databases: readonly [Database, Database];
  let hubs: Jobs[] = [];
  const world: World = {
    now: 0,
    calls: [],
    database: (index = 0) => databases[index],
    async startHub(index = 0, options = {}) {
      const { calls } = world;
      const kinds = [heldKind("gc", calls), heldKind("backup", calls), heldKind("check", calls, "check")];
      const parts = { kinds, logger: pino({ level: "silent" }), now: () => world.now, leaseMs: LEASE_MS };
      const jobs = await startJobs({ database: databases[index], ...parts, ...options });
      hubs.push(jobs);
      return jobs;
    },
    async call(count) {
      while (world.calls.length < count) await turn();
      const call = world.calls[count - 1];
      assert.ok(call);
      return call;
    },
    async insert(row, count = 1) {
      const job = { kind: "gc", lane: "bytes", parameters: "{}", created_at: 0, cancel: 0, ...row };
      const rows = Array.from({ length: count }, () => job);
      await databases[0].write((transaction) => transaction.insertInto("jobs").values(rows).execute());
    },
    async update(columns) {
      await databases[0].write((transaction) => transaction.updateTable("jobs").set(columns).execute());
    },
  };

  before(async () => {
    databases = await open();
  });
  beforeEach(async () => {
    Object.assign(world, { now: 1_000_000, calls: [] });
    hubs = [];
    await databases[0].write((transaction) => transaction.deleteFrom("jobs").execute());
  });
  afterEach(async () => {
    for (const call of world.calls) endWhenAborted(call);
    for (const jobs of hubs) await jobs.close();
  });
  after(async () => {
    for (const database of new Set(databases)) await database.close();
  });
  return world;
}

export function start(jobs: Jobs, kind: JobName = "gc", parameters = {}): Promise<Job> {
  return jobs.start(kind, parameters, { startedBy: "admin" });
}

/** The job once it is in a state. */
export async function inState(jobs: Jobs, { id }: Pick<Job, "id">, state: Job["state"]): Promise<Job> {
  for (;;) {
    const job = await jobs.find(id);
    if (job?.state === state) return job;
    await turn();
  }
}

/** An end is seen in the records before those who recorded it know. */
export async function isCounted(jobs: Jobs, state: EndState): Promise<void> {
  while (jobs.totals().ended["gc"]?.[state] !== 1) await turn();
}

export async function aborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await turn();
}

function endWhenAborted({ signal, end }: Call): void {
  if (signal.aborted) end();
  else signal.addEventListener("abort", () => end());
}

function heldKind(name: JobName, calls: Call[], lane?: string): JobKind<unknown> {
  return {
    name,
    ...(lane !== undefined && { lane }),
    parameters: Type.Object({}),
    run(parameters, context) {
      const { promise, resolve, reject } = Promise.withResolvers<JobResult>();
      calls.push({ ...context, parameters, end: (result = {}) => resolve(result), fail: reject });
      return promise;
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
