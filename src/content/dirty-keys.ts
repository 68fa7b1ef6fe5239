import { randomUUID } from "node:crypto";
import type { Queryable } from "../database/database.ts";
import { prepare, prepareRows, prepareStatement } from "../database/prepared.ts";
import type { DirtyKeyTable } from "../database/tables.ts";
import type { DirtyKey, DirtyKeys } from "./content.ts";
import type { ContentContext } from "./context.ts";

/** Nothing is due later than this; what seems to be was touched by a clock that was wrong, and is due now. */
export const MAX_DEFERRED_MS = 10 * 60 * 1000;

/** The set, and the bell that rings when a transaction that touched keys has committed. */
export interface DirtyKeyBell extends DirtyKeys {
  ring(): void;
}

export function createDirtyKeys({ database, now }: ContentContext): DirtyKeyBell {
  const longestWaiting = prepare(database, (queryable, { limit, at, latest }: Due) =>
    queryable
      .selectFrom("dirty_keys")
      .select(["kind", "key", "stamp"])
      .where((eb) => eb.or([eb("touched_at", "<=", at), eb("touched_at", ">", latest)]))
      .orderBy("touched_at")
      .limit(limit),
  );
  const listeners = new Set<() => void>();
  function ring(): void {
    for (const listener of listeners) listener();
  }

  return {
    take: (limit) => longestWaiting.all({ limit, at: now(), latest: now() + MAX_DEFERRED_MS }),

    async settle(keys) {
      // Relaxed: a key that comes back after a power failure is handled once more, which changes nothing.
      await database.write(
        async (transaction) => {
          for (const key of inOrder(keys)) await deleteKey.all(transaction, key);
        },
        { relaxed: true },
      );
    },

    async touch(keys) {
      // Relaxed: after a power failure, whoever touched them sees the same reason to do so again.
      await database.write(async (transaction) => touchKeys(transaction, keys, now()), { relaxed: true });
      ring();
    },

    onTouched(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },

    ring,
  };
}

interface Due {
  limit: number;
  at: number;
  latest: number;
}

const deleteKey = prepareStatement((queryable, { kind, key, stamp }: DirtyKey) =>
  queryable
    .deleteFrom("dirty_keys")
    .where("kind", "=", kind)
    .where("key", "=", key)
    .where("stamp", "=", stamp),
);

/** A push touches three or four. */
const ROWS_AN_INSERT = 8;

/** Marks keys as changed, in the transaction that changes them; with a time to come, to be taken from then on. */
export async function touchKeys(
  transaction: Queryable,
  keys: readonly Pick<DirtyKey, "kind" | "key">[],
  at: number,
): Promise<void> {
  const rows = inOrder(uniqueKeys(keys)).map((key) => ({ ...key, stamp: randomUUID(), touched_at: at }));
  for (let start = 0; start < rows.length; start += ROWS_AN_INSERT) {
    await insertKeys(transaction, rows.slice(start, start + ROWS_AN_INSERT));
  }
}

const insertKeys = prepareRows((queryable, rows: readonly DirtyKeyTable[]) =>
  queryable
    .insertInto("dirty_keys")
    .values(rows.map(({ kind, key, stamp, touched_at }) => ({ kind, key, stamp, touched_at })))
    .onConflict((conflict) =>
      conflict.columns(["kind", "key"]).doUpdateSet((eb) => ({
        stamp: eb.ref("excluded.stamp"),
        // The earlier one: what waits for its time is due at once when it is touched again.
        touched_at: eb
          .case()
          .when("excluded.touched_at", "<", eb.ref("dirty_keys.touched_at"))
          .then(eb.ref("excluded.touched_at"))
          .else(eb.ref("dirty_keys.touched_at"))
          .end(),
      })),
    ),
);

function uniqueKeys(keys: readonly Pick<DirtyKey, "kind" | "key">[]): Pick<DirtyKey, "kind" | "key">[] {
  return [...new Map(keys.map(({ kind, key }) => [nameOf({ kind, key }), { kind, key }])).values()];
}

/** Two that lock some of the same keys wait for each other, and not both: PostgreSQL would notice that a second later. */
function inOrder<Key extends Pick<DirtyKey, "kind" | "key">>(keys: readonly Key[]): Key[] {
  return keys.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ kind, key }: Pick<DirtyKey, "kind" | "key">): string {
  return `${kind} ${key}`;
}
