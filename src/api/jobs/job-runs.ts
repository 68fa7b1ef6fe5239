import type { Selectable } from "kysely";
import type { Database } from "../../database/database.ts";
import { isUniqueViolation } from "../../database/errors.ts";
import type { JobTable } from "../../database/tables.ts";
import { toJob } from "./job-records.ts";
import type { EndState, Job, JobState, Outcome } from "./job.ts";
import type { JobProgress } from "./job-kind.ts";

/** A job that waits or runs, as a runner looks at it. */
export interface ActiveJob extends Pick<Selectable<JobTable>, "id" | "kind" | "lane" | "state" | "beat_at"> {
  /** Whether this runner claimed it. */
  isMine: boolean;
}

/** The records of jobs, as their runners write them: a job is its runner's from `claim` to `end`. */
export interface JobRuns {
  /** All that wait or run, the oldest first. */
  active(): Promise<ActiveJob[]>;
  /**
   * Makes a job run here, also one whose claim the database made and did not answer.
   * @returns undefined when it waits no more, or another of its lane runs somewhere
   */
  claim(id: number): Promise<Job | undefined>;
  /** Tells that a job still runs, and how far it is. @returns undefined when it is this runner's no more */
  beat(id: number, progress: JobProgress | undefined): Promise<{ isCancelled: boolean } | undefined>;
  /** @returns false when it was this runner's no more */
  end(id: number, outcome: Outcome, progress: JobProgress | undefined): Promise<boolean>;
  /** Ends a job that its runner left, unless that was heard of after `beatAt`. */
  interrupt(id: number, beatAt: number | null): Promise<boolean>;
}

export interface JobRunsOptions {
  database: Database;
  now: () => number;
  /** Names this runner among all of the database. */
  runner: string;
}

export function createJobRuns({ database, now, runner }: JobRunsOptions): JobRuns {
  return {
    async active() {
      const rows = await database.read
        .selectFrom("jobs")
        .select(["id", "kind", "lane", "state", "runner", "beat_at"])
        .where("state", "in", ["queued", "running"])
        .orderBy("id")
        .execute();
      return rows.map(({ runner: owner, ...row }) => ({ ...row, isMine: owner === runner }));
    },

    async claim(id) {
      try {
        const row = await database.write(
          (transaction) =>
            transaction
              .updateTable("jobs")
              .set({ state: "running", runner, started_at: now(), beat_at: now() })
              .where("id", "=", id)
              .where((eb) =>
                eb.or([
                  eb("state", "=", "queued"),
                  eb.and([eb("state", "=", "running"), eb("runner", "=", runner)]),
                ]),
              )
              .returningAll()
              .executeTakeFirst(),
          // One that waits again after a power failure has done nothing that its next run does not put right.
          { relaxed: true },
        );
        return row && toJob(row);
      } catch (error) {
        if (isUniqueViolation(error)) return undefined;
        throw error;
      }
    },

    async beat(id, progress) {
      const row = await database.write(
        (transaction) =>
          transaction
            .updateTable("jobs")
            .set({ beat_at: now(), ...progressColumn(progress) })
            .where("id", "=", id)
            .where("runner", "=", runner)
            .where("state", "=", "running")
            .returning("cancel")
            .executeTakeFirst(),
        { relaxed: true },
      );
      return row && { isCancelled: row.cancel === 1 };
    },

    async end(id, { state, result, error }, progress) {
      const ended = {
        state,
        ended_at: now(),
        result: result === undefined ? null : JSON.stringify(result),
        error: error ?? null,
        ...progressColumn(progress),
      };
      const { numUpdatedRows } = await database.write((transaction) =>
        transaction
          .updateTable("jobs")
          .set(ended)
          .where("id", "=", id)
          .where("runner", "=", runner)
          .where("state", "in", ["running", unlessInterrupted(state)])
          .executeTakeFirst(),
      );
      return numUpdatedRows > 0n;
    },

    async interrupt(id, beatAt) {
      const { numUpdatedRows } = await database.write((transaction) =>
        transaction
          .updateTable("jobs")
          .set({ state: "interrupted", ended_at: now(), error: "The hub that ran it has ended" })
          .where("id", "=", id)
          .where("state", "=", "running")
          .where("beat_at", "=", beatAt)
          .executeTakeFirst(),
      );
      return numUpdatedRows > 0n;
    },
  };
}

function progressColumn(progress: JobProgress | undefined): { progress?: string } {
  return progress === undefined ? {} : { progress: JSON.stringify(progress) };
}

/** The end that may be there already, of a write that was not answered; `interrupted` may be another hub's word. */
function unlessInterrupted(state: EndState): JobState {
  return state === "interrupted" ? "running" : state;
}
