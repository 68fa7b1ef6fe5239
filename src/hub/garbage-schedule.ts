import type { Collected, CollectionReport, Garbage } from "../content/garbage.ts";
import type { Logger } from "./logger.ts";

/** A hub that has just started has clients that waited for it, and one that is started again and again collects little. */
const FIRST_AFTER_MS = 15 * 60 * 1000;

/** What the collections of this process have done. */
export interface GarbageTotals {
  complete: number;
  aborted: number;
  failed: number;
  collected: Record<keyof Collected, number>;
  bytes: number;
  /** What storage would not remove. */
  failures: number;
}

export interface GarbageSchedule {
  totals(): GarbageTotals;
  /** Ends the collection that runs, at its next step, and begins no other. */
  close(): Promise<void>;
}

export interface GarbageScheduleOptions {
  garbage: Garbage;
  logger: Pick<Logger, "info" | "warn" | "error">;
  /** From the end of one collection to the start of the next; undefined: none is ever made. */
  intervalMs: number | undefined;
  /** Default 15 minutes, or the interval when that is shorter. */
  firstAfterMs?: number;
}

/** Collects garbage from time to time, and says what went. */
export function startGarbageSchedule(options: GarbageScheduleOptions): GarbageSchedule {
  const { garbage, logger, intervalMs } = options;
  const totals = noTotals();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  function plan(afterMs: number, thenEveryMs: number): void {
    timer = setTimeout(() => {
      running = collectAndPlan(thenEveryMs);
    }, afterMs);
    timer.unref();
  }

  async function collectAndPlan(nextAfterMs: number): Promise<void> {
    await collect();
    if (!stopping.signal.aborted) plan(nextAfterMs, nextAfterMs);
  }

  async function collect(): Promise<void> {
    try {
      const report = await garbage.collect({
        signal: stopping.signal,
        onError: (err) => logger.warn({ err }, "garbage that storage does not remove"),
      });
      addReport(totals, report);
      logger.info(describe(report), report.complete ? "garbage collected" : "garbage collection aborted");
    } catch (err) {
      totals.failed += 1;
      logger.error({ err }, "garbage collection failed");
    }
  }

  if (intervalMs !== undefined) {
    plan(options.firstAfterMs ?? Math.min(FIRST_AFTER_MS, intervalMs), intervalMs);
  }
  return {
    totals: () => totals,
    async close() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

function addReport(totals: GarbageTotals, report: CollectionReport): void {
  totals[report.complete ? "complete" : "aborted"] += 1;
  totals.bytes += report.bytes;
  totals.failures += report.failures;
  for (const kind of Object.keys(totals.collected) as (keyof Collected)[]) {
    totals.collected[kind] += report.collected[kind].count;
  }
}

/** One flat line: counts by kind, bytes, time. */
function describe({ collected, bytes, failures, startedAt, finishedAt }: CollectionReport): object {
  const counts = Object.entries(collected).map(([kind, { count }]) => [kind, count]);
  const durationMs = (finishedAt ?? startedAt).getTime() - startedAt.getTime();
  return { ...(Object.fromEntries(counts) as object), bytes, failures, durationMs };
}

function noTotals(): GarbageTotals {
  return {
    complete: 0,
    aborted: 0,
    failed: 0,
    collected: { uploads: 0, manifests: 0, links: 0, contents: 0, blobs: 0 },
    bytes: 0,
    failures: 0,
  };
}
