import { systemClock, type Clock } from "./clock.ts";
import { isStaleRead, TerminalError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { createWorkQueue, type Verdict, type WorkQueue } from "./work-queue.ts";

/**
 * Brings the world of one key to what it should be, whatever happened to it.
 *
 * Returns nothing when that is done, `requeueAfterMs` to be asked again later. Throws to be asked again after a
 * back-off; throws TerminalError when asking again is of no use. Ends soon when the signal aborts.
 */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Requeue | undefined>;

export interface Requeue {
  requeueAfterMs: number;
}

export interface ControllerOptions {
  /** For logs and metrics. */
  name: string;
  reconcile: Reconcile;
  /** Keys reconciled at the same time. */
  concurrency: number;
  logger: Logger;
  /** Groups take turns, and none takes all places. Default: each key is its own group. */
  groupOf?: (key: string) => string;
  /** A key that was reconciled is not reconciled again so soon. Default 0. */
  restMs?: number;
  /** Default: the system's. */
  clock?: Clock;
  metrics?: ReconcileMetrics;
}

/** `conflict`: somebody else wrote first, so it is tried again. */
export type Outcome = "success" | "requeue" | "conflict" | "error" | "terminal";

/** Told of each reconcile, for counters and histograms. */
export interface ReconcileMetrics {
  reconciled(event: { controller: string; outcome: Outcome; durationMs: number }): void;
}

/** Starts to reconcile the keys that are added. */
export function startController(options: ControllerOptions): WorkQueue {
  const { name, reconcile, concurrency, logger, groupOf, restMs = 0, metrics } = options;
  const { clock = systemClock } = options;

  async function handle(key: string, signal: AbortSignal): Promise<Verdict> {
    const startedAt = clock.now();
    const { outcome, verdict, error } = await outcomeOf(() => reconcile(key, signal));
    metrics?.reconciled({ controller: name, outcome, durationMs: clock.now() - startedAt });
    if (!signal.aborted) report(logger, { controller: name, key, outcome, error });
    return verdict;
  }

  return createWorkQueue({ handle, concurrency, restMs, clock, ...(groupOf && { groupOf }) });
}

async function outcomeOf(
  work: () => Promise<Requeue | undefined>,
): Promise<{ outcome: Outcome; verdict: Verdict; error?: unknown }> {
  try {
    const result = await work();
    if (!result) return { outcome: "success", verdict: { next: "done" } };
    return { outcome: "requeue", verdict: { next: "again", afterMs: result.requeueAfterMs } };
  } catch (error) {
    if (error instanceof TerminalError) return { outcome: "terminal", verdict: { next: "done" }, error };
    return { outcome: isStaleRead(error) ? "conflict" : "error", verdict: { next: "retry" }, error };
  }
}

function report(
  logger: Logger,
  { error, ...fields }: { controller: string; key: string; outcome: Outcome; error: unknown },
): void {
  switch (fields.outcome) {
    case "success":
    case "requeue":
    case "conflict":
      logger.debug(fields, "reconciled");
      break;
    case "error":
      logger.warn({ ...fields, err: error }, "reconcile failed, will be tried again");
      break;
    case "terminal":
      logger.error({ ...fields, err: error }, "reconcile failed for good");
      break;
  }
}
