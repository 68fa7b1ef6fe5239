import type { Logger } from "pino";
import type { EndState, Job, Outcome } from "./job.ts";
import type { JobKind, JobProgress, JobResult } from "./job-kind.ts";
import type { JobRuns } from "./job-runs.ts";

/** A record is read whole with its list: one of more than this is not small. */
const MAX_RESULT_LENGTH = 64 * 1024;
const MAX_ERROR_LENGTH = 2000;

/** Why a job is ended before it ends by itself. */
export type AbortReason = "cancelled" | "hub stops" | "lost";

/** A job that runs in this process. */
export interface RunningJob {
  id: number;
  kind: string;
  /** Tells that it runs, and learns whether it shall end. Writes its end instead, when that could not be written. */
  beat(): Promise<void>;
  abort(reason: AbortReason): void;
  /** Resolves when its work has ended and its end was recorded, or could not be. */
  done: Promise<void>;
  /** Whether there is nothing more to record. */
  isSettled(): boolean;
}

export interface RunningJobOptions {
  kind: JobKind<unknown>;
  runs: JobRuns;
  logger: Logger;
  now: () => number;
  /** How long it may go on without having told that it runs; undefined: for ever, since nobody else would take it for dead. */
  silentMs: number | undefined;
  onEnd: (state: EndState) => void;
}

/** Runs a claimed job. */
export function startJob(job: Job, options: RunningJobOptions): RunningJob {
  const { kind, runs, now, silentMs, onEnd } = options;
  const logger = options.logger.child({ job: job.id, kind: job.kind });
  const aborting = new AbortController();
  let progress: JobProgress | undefined;
  let outcome: Outcome | undefined;
  let isRecording = false;
  let isSettled = false;
  let heardAt = 0;
  let silence: NodeJS.Timeout | undefined;
  heard();

  /** A database that refuses is asked again; for one that gives no answer at all the timer ends the wait. */
  function heard(): void {
    heardAt = now();
    clearTimeout(silence);
    if (silentMs === undefined) return;
    silence = setTimeout(() => aborting.abort("lost" satisfies AbortReason), silentMs).unref();
  }

  async function work(): Promise<void> {
    logger.info({ startedBy: job.startedBy }, "job begins");
    outcome = await runToOutcome();
    clearTimeout(silence);
    await recordEnd(outcome);
  }

  async function runToOutcome(): Promise<Outcome> {
    try {
      const result = await kind.run(job.parameters, {
        signal: aborting.signal,
        onProgress: (newest) => (progress = newest),
        logger,
      });
      return { ...endOf(aborting.signal), result: bounded(result, logger) };
    } catch (error) {
      if (aborting.signal.aborted) return endOf(aborting.signal);
      logger.error({ err: error }, "job failed");
      const message = error instanceof Error ? error.message : String(error);
      return { state: "failed", error: message.slice(0, MAX_ERROR_LENGTH) };
    }
  }

  async function recordEnd(ended: Outcome): Promise<void> {
    if (isRecording || isSettled) return;
    isRecording = true;
    try {
      const isOurs = await runs.end(job.id, ended, progress);
      isSettled = true;
      logger.info({ state: isOurs ? ended.state : "interrupted" }, "job ended");
      onEnd(isOurs ? ended.state : "interrupted");
    } catch (error) {
      logger.warn({ err: error }, "the end of a job could not be recorded, and is tried again");
    } finally {
      isRecording = false;
    }
  }

  async function tell(): Promise<void> {
    try {
      const answer = await runs.beat(job.id, progress);
      if (!outcome) heard();
      if (!answer && !outcome) aborting.abort("lost" satisfies AbortReason);
      if (answer?.isCancelled) aborting.abort("cancelled" satisfies AbortReason);
    } catch (error) {
      logger.warn({ err: error }, "a job could not tell that it runs");
      if (silentMs !== undefined && now() - heardAt > silentMs) aborting.abort("lost" satisfies AbortReason);
    }
  }

  return {
    id: job.id,
    kind: job.kind,
    beat: async () => (outcome ? recordEnd(outcome) : tell()),
    abort: (reason) => aborting.abort(reason),
    done: work(),
    isSettled: () => isSettled,
  };
}

function endOf({ aborted, reason }: AbortSignal): Outcome {
  if (!aborted) return { state: "succeeded" };
  switch (reason as AbortReason) {
    case "cancelled":
      return { state: "cancelled", error: "Cancelled while it ran" };
    case "hub stops":
      return { state: "interrupted", error: "The hub was stopped while it ran" };
    case "lost":
      return { state: "interrupted", error: "The hub that ran it could not reach the database" };
  }
}

function bounded(result: JobResult, logger: Logger): JobResult {
  if (JSON.stringify(result).length <= MAX_RESULT_LENGTH) return result;
  logger.warn({ result }, "the result of a job is too long to be kept");
  const { problems } = result;
  return {
    ...(problems !== undefined && { problems }),
    note: "The result is too long to be kept; the hub's log has it",
  };
}
