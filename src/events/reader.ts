import type { Database } from "../database/database.ts";
import type { EventTable } from "../database/tables.ts";
import { ExpiredError } from "../resource-store/errors.ts";
import type { FieldRequirement } from "../resource-store/port.ts";
import type { Soon } from "../resource-store/soon.ts";
import { toEvent, type Event } from "./event.ts";
import { currentFloor, currentVersion } from "./versions.ts";

/** An event, and whose readers see it. */
export interface SeenEvent {
  event: Event;
  /** undefined: everybody sees it. */
  repository: string | undefined;
}

export interface EventChange extends SeenEvent {
  type: "ADDED" | "MODIFIED" | "DELETED";
}

/** Reads events. */
export interface EventReader {
  find(name: string): Promise<SeenEvent | undefined>;
  /** Events after a name, in the order of their names; some requirements leave out others already here. */
  page(options: { after: string; limit: number; fieldSelector?: FieldRequirement[] }): Promise<SeenEvent[]>;
  version(): Promise<number>;
  /**
   * Tells changes after a version, one at a time, until the signal aborts.
   * @throws ExpiredError when that is too long ago, or was never given
   */
  watch(
    options: { after: number; signal: AbortSignal; onProgress: (version: string) => void },
    tell: (change: EventChange) => Soon<void>,
  ): Promise<void>;
  /** Says that there may be new events. */
  ring(): void;
}

/** How long an event of another hub on the same database stays unseen. */
const POLL_MS = 1000;
const CHANGES_A_QUERY = 200;

/** Fields that the database looks for itself. */
const COLUMNS: Record<string, "name" | "object_name" | "object_uid"> = {
  "metadata.name": "name",
  "involvedObject.name": "object_name",
  "involvedObject.uid": "object_uid",
};

export function createEventReader(database: Database): EventReader {
  const bell = createBell();
  return {
    async find(name) {
      const row = await database.read
        .selectFrom("events")
        .selectAll()
        .where("name", "=", name)
        .where("removed_at", "is", null)
        .executeTakeFirst();
      return row && seen(row);
    },
    async page({ after, limit, fieldSelector = [] }) {
      let query = database.read
        .selectFrom("events")
        .selectAll()
        .where("removed_at", "is", null)
        .where("name", ">", after)
        .orderBy("name")
        .limit(limit);
      for (const { path, operator, value } of fieldSelector) {
        const column = COLUMNS[path];
        if (column && operator === "=") query = query.where(column, "=", value);
      }
      return (await query.execute()).map(seen);
    },
    version: () => currentVersion(database.read),
    watch: (options, tell) => watchEvents({ database, bell }, options, tell),
    ring: () => bell.ring(),
  };
}

async function watchEvents(
  { database, bell }: { database: Database; bell: Bell },
  { after, signal, onProgress }: Parameters<EventReader["watch"]>[0],
  tell: Parameters<EventReader["watch"]>[1],
): Promise<void> {
  let position = after;
  if (position > (await currentVersion(database.read))) throw expired(position);
  while (!signal.aborted) {
    const heard = bell.next(POLL_MS, signal);
    const rows = await database.read
      .selectFrom("events")
      .selectAll()
      .where("version", ">", position)
      .orderBy("version")
      .limit(CHANGES_A_QUERY)
      .execute();
    if ((await currentFloor(database.read)) > position) throw expired(position);
    // Nobody shall remember what a power cut takes back.
    if (rows.length > 0) await database.durable();
    for (const row of rows) {
      const change = changeOf(row, position);
      if (change && !signal.aborted) await tell(change);
    }
    position = rows.at(-1)?.version ?? position;
    onProgress(String(position));
    if (rows.length < CHANGES_A_QUERY) await heard;
  }
}

/** What a watcher that knows all up to a version is told of an event. */
function changeOf(row: EventTable, known: number): EventChange | undefined {
  const isNew = row.added_version > known;
  if (row.removed_at !== null) return isNew ? undefined : { type: "DELETED", ...seen(row) };
  return { type: isNew ? "ADDED" : "MODIFIED", ...seen(row) };
}

function seen(row: EventTable): SeenEvent {
  return { event: toEvent(row), repository: row.repository ?? undefined };
}

function expired(version: number): ExpiredError {
  return new ExpiredError(`Cannot watch events from resourceVersion ${version}: list again`);
}

/** Wakes all that wait for it. */
interface Bell {
  ring(): void;
  /** Resolves when it rings, when the time is over, or when the signal aborts. */
  next(timeoutMs: number, signal: AbortSignal): Promise<void>;
}

function createBell(): Bell {
  let rung = Promise.withResolvers<void>();
  return {
    ring() {
      rung.resolve();
      rung = Promise.withResolvers();
    },
    async next(timeoutMs, signal) {
      const { promise } = rung;
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      const end = () => resolve();
      signal.addEventListener("abort", end);
      await Promise.race([promise, over]);
      signal.removeEventListener("abort", end);
      clearTimeout(timer);
    },
  };
}
