import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import { hasContent } from "./backup/has-content.ts";
import { claimSnapshot, recordSnapshot } from "./backup/snapshot-claim.ts";
import { removeOldSnapshots, takeSnapshot } from "./backup/take-snapshot.ts";
import type { Logger } from "./logger.ts";
import { VERSION } from "./version.ts";

/** A hub that has just started has clients that waited for it. */
const FIRST_AFTER_MS = 5 * 60 * 1000;
/** How late a snapshot may be. */
const LOOK_EVERY_MS = 10 * 60 * 1000;

export interface SnapshotScheduleOptions {
  database: Database;
  storage: BlobStorage;
  logger: Pick<Logger, "info" | "error">;
  /** How long a snapshot is kept; 0: none is ever written. */
  keepMs: number;
  /** Default 5 minutes. */
  firstAfterMs?: number;
  /** Default 10 minutes. */
  lookEveryMs?: number;
  /** Default: the system's clock. */
  now?: () => number;
}

export interface SnapshotSchedule {
  /** Ends the snapshot that is being written, and begins no other. */
  close(): Promise<void>;
}

/** Writes a snapshot of the database into storage every day, by one of the hubs that share it. */
export function startSnapshotSchedule(options: SnapshotScheduleOptions): SnapshotSchedule {
  const { keepMs, firstAfterMs = FIRST_AFTER_MS, lookEveryMs = LOOK_EVERY_MS } = options;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  function plan(afterMs: number): void {
    timer = setTimeout(() => {
      running = writeAndPlan();
    }, afterMs);
    timer.unref();
  }

  async function writeAndPlan(): Promise<void> {
    await writeIfDue(options, stopping.signal);
    if (!stopping.signal.aborted) plan(lookEveryMs);
  }

  if (keepMs > 0) plan(firstAfterMs);
  return {
    async close() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

async function writeIfDue(
  { database, storage, logger, keepMs, now = Date.now }: SnapshotScheduleOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    // A hub that was started where its data is lost must not write what a restore would then find first.
    if (!(await hasContent(database)) || !(await claimSnapshot(database, now()))) return;
    const startedAt = performance.now();
    const context = { database, storage, program: VERSION, now, signal };
    const name = await takeSnapshot(context);
    await recordSnapshot(database, now());
    const removed = await removeOldSnapshots(context, new Date(now() - keepMs));
    const durationMs = Math.round(performance.now() - startedAt);
    logger.info({ name, removed, durationMs }, "snapshot of the database written");
  } catch (err) {
    if (!signal.aborted) logger.error({ err }, "snapshot of the database failed");
  }
}
