import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Database } from "../../database/database.ts";
import { END_STATES, type EndState, type Job } from "./job.ts";
import type { JobKind } from "./job-kind.ts";
import { createJobRecords, type JobRecords } from "./job-records.ts";
import { createJobRuns } from "./job-runs.ts";
import { createJobRunner, DEFAULT_LANE } from "./runner.ts";

/** How often a hub in which a job runs looks: its progress is as old as this, and so is a wish to cancel it. */
const BUSY_LOOK_MS = 1000;
/** How often one in which none runs looks, for what other hubs took or left. */
const IDLE_LOOK_MS = 5000;
/** A hub that did not tell of its job for this long is dead: thirty times as long as it takes. */
const LEASE_MS = 30_000;

/** The jobs of a hub: what administrators start, and what became of it. */
export interface Jobs extends Pick<JobRecords, "find" | "list" | "newestOwn"> {
  readonly kinds: readonly JobKind<unknown>[];
  /** Starts a job, which waits while another of its lane runs. @throws JobQueueFullError */
  start(kind: string, parameters: object, options: { startedBy: string | undefined }): Promise<Job>;
  /**
   * Ends a job: one that waits is cancelled, one that runs is asked to end. The record of one that has ended is removed.
   * @returns the job as it is then, or that it was removed; undefined when there is none
   */
  end(id: number): Promise<Job | "removed" | undefined>;
  /** Looks at once for what there is to do, rather than within some seconds. */
  look(): Promise<void>;
  /** What this process has run. */
  totals(): JobTotals;
  /** Ends the jobs that run here. */
  close(): Promise<void>;
}

export interface JobTotals {
  /** In all hubs, as of some seconds ago. */
  waiting: number;
  /** By kind. */
  running: Record<string, number>;
  /** By kind, then by how they ended. */
  ended: Record<string, Record<EndState, number>>;
}

export interface JobsOptions {
  database: Database;
  kinds: readonly JobKind<unknown>[];
  logger: Logger;
  /** Default Date.now. */
  now?: () => number;
  /** Default 30 s on a database that several hubs may share, undefined on one that has a single hub: see the runner. */
  leaseMs?: number | undefined;
}

/** Takes over what dead hubs left, and runs jobs from then on. */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { database, kinds, logger, now = Date.now } = options;
  const { leaseMs = database.kind === "postgres" ? LEASE_MS : undefined } = options;
  const records = createJobRecords({ database, now });
  const runs = createJobRuns({ database, now, runner: randomUUID() });
  const ended = Object.fromEntries(kinds.map(({ name }) => [name, noEnds()]));
  const runner = createJobRunner({
    kinds,
    runs,
    logger,
    now,
    leaseMs,
    onEnd: (kind, state) => {
      const ends = ended[kind];
      if (ends) ends[state] += 1;
      lookSoon();
    },
  });
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function lookAgain(): Promise<void> {
    clearTimeout(timer);
    try {
      await runner.look();
    } finally {
      clearTimeout(timer);
      const afterMs = runner.running().length > 0 ? BUSY_LOOK_MS : IDLE_LOOK_MS;
      if (!isClosed) timer = setTimeout(lookSoon, afterMs).unref();
    }
  }

  function lookSoon(): void {
    if (isClosed) return;
    lookAgain().catch((error: unknown) => logger.warn({ err: error }, "jobs could not be looked at"));
  }

  await lookAgain();
  return {
    ...records,
    kinds,
    async start(name, parameters, { startedBy }) {
      const lane = kinds.find((kind) => kind.name === name)?.lane ?? DEFAULT_LANE;
      const job = await records.add({ kind: name, lane, parameters, startedBy });
      lookSoon();
      return job;
    },
    async end(id) {
      const how = await records.end(id);
      if (how === "asked") lookSoon();
      return how === undefined || how === "removed" ? how : records.find(id);
    },
    look: lookAgain,
    totals: () => ({
      waiting: runner.waiting(),
      running: countByKind(runner.running(), kinds),
      ended,
    }),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await runner.stop();
    },
  };
}

function noEnds(): Record<EndState, number> {
  return Object.fromEntries(END_STATES.map((state) => [state, 0])) as Record<EndState, number>;
}

function countByKind(
  jobs: readonly { kind: string }[],
  kinds: readonly { name: string }[],
): Record<string, number> {
  return Object.fromEntries(kinds.map(({ name }) => [name, jobs.filter(({ kind }) => kind === name).length]));
}
