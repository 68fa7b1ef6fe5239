import type { Logger } from "pino";
import type { TObject } from "typebox";

/**
 * Long work that an administrator starts: a value of this, listed in `src/hub/jobs/all.ts`, is all that it takes.
 *
 * Another hub may run a job than the one that was asked for it, and one that was cut off is not begun again by itself:
 * so `run` leaves nothing that a later run does not put right.
 */
export interface JobKind<Parameters> {
  name: JobName;
  /** What `POST /api/v1/jobs` takes beside `kind`; `additionalProperties: false` is added. */
  parameters: TObject;
  /**
   * Jobs that share a lane run one after the other in all hubs of a database: those that move or remove bytes.
   * Default `bytes`; a kind that only reads may have a lane of its own.
   */
  lane?: string;
  /** @throws what ends the job as failed, its message told to the administrator */
  run(parameters: Parameters, context: JobContext): Promise<JobResult>;
}

export type JobName = "gc" | "check" | "import" | "backup";

export interface JobContext {
  /** Aborts when the job is cancelled and when the hub stops: end soon, with what is done so far or by throwing. */
  signal: AbortSignal;
  /** May be called as often as there is something to tell: it is written about once a second. */
  onProgress(progress: JobProgress): void;
  /** Names the job in each line. */
  logger: Logger;
}

/** For example `{ phase: "blobs", done: 120, total: 5000, bytes: 123456 }`. */
export interface JobProgress {
  phase: string;
  done: number;
  total?: number;
  bytes?: number;
}

/** Small JSON, 64 KiB at most; `problems` > 0 makes the command exit non-zero. */
export interface JobResult {
  [key: string]: unknown;
  problems?: number;
}
