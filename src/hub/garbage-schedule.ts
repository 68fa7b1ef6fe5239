import type { Job } from "../api/jobs/job.ts";
import type { Jobs } from "../api/jobs/jobs.ts";
import type { Logger } from "./logger.ts";

/** A hub that has just started has clients that waited for it. */
const FIRST_AFTER_MS = 15 * 60 * 1000;
/** While the last collection waits or runs. */
const LOOK_AGAIN_MS = 60 * 1000;

export interface GarbageScheduleOptions {
  jobs: Pick<Jobs, "start" | "newestOwn">;
  logger: Pick<Logger, "error">;
  /** From the end of one collection to the start of the next; undefined: none is ever begun. */
  intervalMs: number | undefined;
  /** Default 15 minutes, or the interval when that is shorter. */
  firstAfterMs?: number;
  /** Default Date.now. */
  now?: () => number;
}

/**
 * Starts a job that collects garbage from time to time. When the last one was is asked of the records, so that hubs
 * that share them collect once, and one that is started again and again collects no more often.
 */
export function startGarbageSchedule(options: GarbageScheduleOptions): { close(): Promise<void> } {
  const { jobs, logger, intervalMs, now = Date.now } = options;
  if (intervalMs === undefined) return { close: () => Promise.resolve() };
  const { firstAfterMs = Math.min(FIRST_AFTER_MS, intervalMs) } = options;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;

  function plan(afterMs: number): void {
    if (isClosed) return;
    timer = setTimeout(() => (running = look(intervalMs ?? 0).then(plan)), afterMs).unref();
  }

  /** @returns after how long to look again */
  async function look(everyMs: number): Promise<number> {
    try {
      const waitMs = dueInMs(await jobs.newestOwn("gc"), everyMs, now());
      if (waitMs > 0) return waitMs;
      await jobs.start("gc", {}, { startedBy: undefined });
    } catch (error) {
      logger.error({ err: error }, "garbage collection could not be started");
    }
    return everyMs;
  }

  plan(firstAfterMs);
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function dueInMs(last: Job | undefined, intervalMs: number, now: number): number {
  if (last?.state === "queued" || last?.state === "running") return Math.min(LOOK_AGAIN_MS, intervalMs);
  // What was cut off goes on.
  if (last?.endedAt === undefined || last.state === "interrupted") return 0;
  return Math.min(last.endedAt.getTime() + intervalMs - now, intervalMs);
}
