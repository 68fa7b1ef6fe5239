import type { JobProgress, JobResult } from "./job-kind.ts";

/** queued → running → one of the others, which are for good. */
export type JobState = "queued" | "running" | EndState;

/** How a job may end; `interrupted`: the hub that ran it was stopped or killed. */
export type EndState = "succeeded" | "failed" | "cancelled" | "interrupted";

export const END_STATES: readonly EndState[] = ["succeeded", "failed", "cancelled", "interrupted"];

/** A job as it is recorded. */
export interface Job {
  id: number;
  kind: string;
  state: JobState;
  parameters: Record<string, unknown>;
  /** As of about a second ago. */
  progress: JobProgress | undefined;
  /** Of one that was cancelled or interrupted too, when it could tell. */
  result: JobResult | undefined;
  /** Why it did not succeed. */
  error: string | undefined;
  /** A user's name; undefined: the hub itself, by its schedule. */
  startedBy: string | undefined;
  createdAt: Date;
  startedAt: Date | undefined;
  endedAt: Date | undefined;
}

/** How a job ended. */
export interface Outcome {
  state: EndState;
  result?: JobResult | undefined;
  error?: string | undefined;
}

/** More jobs wait than a hub keeps waiting. */
export class JobQueueFullError extends Error {
  constructor(queued: number) {
    super(`Cannot start another job: ${queued} wait already; cancel some, or come back when some have ended`);
    this.name = "JobQueueFullError";
  }
}
