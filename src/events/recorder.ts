import { createHash, randomUUID } from "node:crypto";
import type { Database } from "../database/database.ts";
import { shareRuns } from "../database/shared-run.ts";
import { repositoryOf } from "../resources/repository-of.ts";
import type { Happening } from "./event.ts";
import { pruneEvents } from "./prune.ts";
import { writeEvents, type NewEvent } from "./write.ts";

/** Takes down what happens. Nobody waits for it: it is written a second later, and may be lost. */
export interface EventRecorder {
  record(happening: Happening): void;
}

/** Events that wait to be written. What comes beyond is not written: a hub that applies so much has its log. */
const MAX_WAITING = 500;
/** Between two writes. */
const WRITE_EVERY_MS = 1000;
/** Events a transaction: pushes wait for it. */
const BATCH = 100;
/** Between two removals of old events. */
const PRUNE_EVERY_MS = 60_000;
/** Between such removals no more are written than this. */
const MAX_WRITTEN_UNPRUNED = 1000;
/** As long as a name may be, and a message as long as Kubernetes takes it. */
const MAX_NAME = 253;
const MAX_MESSAGE = 1024;

export interface EventRecorderOptions {
  database: Database;
  logger: { warn(fields: object, message: string): void };
  /** Called when there are new events. */
  onWritten?: () => void;
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
}

/** A recorder, and the means to end it. */
export interface RunningEventRecorder extends EventRecorder {
  /** Writes what waits. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Starts to take down events, and to remove them when their time is over. */
export function startEventRecorder(options: EventRecorderOptions): RunningEventRecorder {
  const { database, logger, onWritten, now = Date.now } = options;
  const waiting = new Map<string, NewEvent>();
  let timer: NodeJS.Timeout | undefined;
  let unpruned = 0;

  async function prune(): Promise<void> {
    unpruned = 0;
    await pruneEvents(database, { now: now() });
  }

  const flush = shareRuns(async () => {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, BATCH);
      for (const { name } of batch) waiting.delete(name);
      await writeEvents(database, batch);
      unpruned += batch.length;
      onWritten?.();
      if (unpruned > MAX_WRITTEN_UNPRUNED) await prune();
    }
  });

  function attempt(work: () => Promise<void>): void {
    work().catch((error: unknown) => logger.warn({ err: error }, "events were lost"));
  }

  const pruning = setInterval(() => attempt(prune), PRUNE_EVERY_MS).unref();

  return {
    record(happening) {
      const event = newEvent(happening, now());
      const same = waiting.get(event.name);
      if (!same && waiting.size >= MAX_WAITING) return;
      waiting.set(event.name, same ? { ...same, count: same.count + 1, last_at: event.last_at } : event);
      timer ??= setTimeout(() => attempt(flush), WRITE_EVERY_MS).unref();
    },
    flush,
    async close() {
      clearInterval(pruning);
      await flush().catch((error: unknown) => logger.warn({ err: error }, "events were lost"));
    },
  };
}

/** The same happening has the same name, so that it is counted, also by a process that starts later. */
function newEvent({ about, type, reason, message }: Happening, now: number): NewEvent {
  const { kind, metadata } = about;
  const { name, uid = "", resourceVersion = "" } = metadata;
  const hash = createHash("sha256").update([kind, uid, name, type, reason, message].join("\n")).digest("hex");
  const suffix = `.${hash.slice(0, 16)}`;
  return {
    name: name.slice(0, MAX_NAME - suffix.length).replace(/[^a-z0-9]+$/, "") + suffix,
    uid: randomUUID(),
    kind,
    object_name: name,
    object_uid: uid,
    object_version: resourceVersion,
    repository: repositoryOf(about) ?? null,
    type,
    reason,
    message: message.slice(0, MAX_MESSAGE),
    count: 1,
    first_at: now,
    last_at: now,
  };
}
