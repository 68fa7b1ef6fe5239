import type { Selectable } from "kysely";
import type { Database, WriteTransaction } from "../../database/database.ts";
import type { JobTable } from "../../database/tables.ts";
import { END_STATES, JobQueueFullError, type Job } from "./job.ts";
import type { JobProgress, JobResult } from "./job-kind.ts";

/** Jobs that wait: more than a person starts, few enough to be read at each look of a runner. */
const MAX_QUEUED = 50;
/** Records of ended jobs; the oldest go. Of a daily collection alone, more than a year's. */
const MAX_ENDED = 400;

/** The records of jobs, as those see them who start jobs and look after them. */
export interface JobRecords {
  /** Records a job that waits. @throws JobQueueFullError */
  add(job: NewJob): Promise<Job>;
  find(id: number): Promise<Job | undefined>;
  /** The newest first, of those before an id. */
  list(options: { before?: number | undefined; limit: number }): Promise<Job[]>;
  /** The newest of a kind that the hub started by itself. */
  newestOwn(kind: string): Promise<Job | undefined>;
  /**
   * Ends a job: one that waits is cancelled, one that runs is asked to end. The record of one that has ended is removed.
   * @returns undefined when there is no such job
   */
  end(id: number): Promise<"cancelled" | "asked" | "removed" | undefined>;
}

export interface NewJob {
  kind: string;
  lane: string;
  parameters: object;
  /** A user's name; undefined: the hub itself. */
  startedBy: string | undefined;
}

export function createJobRecords({ database, now }: { database: Database; now: () => number }): JobRecords {
  const records = () => database.read.selectFrom("jobs").selectAll();

  return {
    add: (job) => database.write((transaction) => insert(transaction, job, now())),

    async find(id) {
      const row = await records().where("id", "=", id).executeTakeFirst();
      return row && toJob(row);
    },

    async list({ before, limit }) {
      const page = before === undefined ? records() : records().where("id", "<", before);
      const rows = await page.orderBy("id", "desc").limit(limit).execute();
      return rows.map(toJob);
    },

    async newestOwn(kind) {
      const own = records().where("kind", "=", kind).where("started_by", "is", null);
      const row = await own.orderBy("id", "desc").limit(1).executeTakeFirst();
      return row && toJob(row);
    },

    end: (id) => database.write((transaction) => end(transaction, id, now())),
  };
}

/** A job as its row tells. */
export function toJob(row: Selectable<JobTable>): Job {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    parameters: JSON.parse(row.parameters) as Job["parameters"],
    progress: row.progress === null ? undefined : (JSON.parse(row.progress) as JobProgress),
    result: row.result === null ? undefined : (JSON.parse(row.result) as JobResult),
    error: row.error ?? undefined,
    startedBy: row.started_by ?? undefined,
    createdAt: new Date(row.created_at),
    startedAt: row.started_at === null ? undefined : new Date(row.started_at),
    endedAt: row.ended_at === null ? undefined : new Date(row.ended_at),
  };
}

async function insert(transaction: WriteTransaction, job: NewJob, now: number): Promise<Job> {
  const { kind, lane, parameters, startedBy } = job;
  const { queued } = await transaction
    .selectFrom("jobs")
    .select(({ fn }) => fn.countAll<number>().as("queued"))
    .where("state", "=", "queued")
    .executeTakeFirstOrThrow();
  if (queued >= MAX_QUEUED) throw new JobQueueFullError(queued);
  await removeOldest(transaction);
  const row = await transaction
    .insertInto("jobs")
    .values({
      kind,
      lane,
      parameters: JSON.stringify(parameters),
      state: "queued",
      started_by: startedBy ?? null,
      created_at: now,
      cancel: 0,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toJob(row);
}

async function removeOldest(transaction: WriteTransaction): Promise<void> {
  const newestToGo = await transaction
    .selectFrom("jobs")
    .select("id")
    .where("state", "in", END_STATES)
    .orderBy("id", "desc")
    .offset(MAX_ENDED - 1)
    .limit(1)
    .executeTakeFirst();
  if (!newestToGo) return;
  await transaction
    .deleteFrom("jobs")
    .where("state", "in", END_STATES)
    .where("id", "<=", newestToGo.id)
    .execute();
}

async function end(
  transaction: WriteTransaction,
  id: number,
  now: number,
): Promise<"cancelled" | "asked" | "removed" | undefined> {
  const change = (state: "queued" | "running") =>
    transaction.updateTable("jobs").where("id", "=", id).where("state", "=", state).returning("id");
  const cancelled = await change("queued")
    .set({ state: "cancelled", ended_at: now, error: "Cancelled before it began" })
    .executeTakeFirst();
  if (cancelled) return "cancelled";
  // One that began to run meanwhile is asked; the statements come one after the other, as its states do.
  const asked = await change("running").set({ cancel: 1 }).executeTakeFirst();
  if (asked) return "asked";
  const removed = await transaction
    .deleteFrom("jobs")
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
  return removed && "removed";
}
