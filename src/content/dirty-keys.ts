import { randomUUID } from "node:crypto";
import type { Queryable } from "../database/database.ts";
import type { DirtyKey, DirtyKeys } from "./content.ts";
import type { ContentContext } from "./context.ts";

/** The set, and the bell that rings when a transaction that touched keys has committed. */
export interface DirtyKeyBell extends DirtyKeys {
  ring(): void;
}

export function createDirtyKeys({ database, now }: ContentContext): DirtyKeyBell {
  const listeners = new Set<() => void>();
  function ring(): void {
    for (const listener of listeners) listener();
  }

  return {
    async take(limit) {
      return database.read
        .selectFrom("dirty_keys")
        .select(["kind", "key", "stamp"])
        .orderBy("touched_at")
        .limit(limit)
        .execute();
    },

    async settle({ kind, key, stamp }) {
      // Relaxed: a key that comes back after a power failure is handled once more, which changes nothing.
      await database.write(
        async (transaction) => {
          await transaction
            .deleteFrom("dirty_keys")
            .where("kind", "=", kind)
            .where("key", "=", key)
            .where("stamp", "=", stamp)
            .execute();
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

/** A push touches three or four; each number is a statement of its own, which the database keeps prepared. */
const ROWS_AN_INSERT = 8;

/** Marks keys as changed, in the transaction that changes them. */
export async function touchKeys(
  transaction: Queryable,
  keys: readonly Pick<DirtyKey, "kind" | "key">[],
  now: number,
): Promise<void> {
  if (keys.length === 0) return;
  const rows = uniqueKeys(keys).map((key) => ({ ...key, stamp: randomUUID(), touched_at: now }));
  for (let start = 0; start < rows.length; start += ROWS_AN_INSERT) {
    await transaction
      .insertInto("dirty_keys")
      .values(rows.slice(start, start + ROWS_AN_INSERT))
      .onConflict((conflict) =>
        conflict.columns(["kind", "key"]).doUpdateSet((eb) => ({ stamp: eb.ref("excluded.stamp") })),
      )
      .execute();
  }
}

function uniqueKeys(keys: readonly Pick<DirtyKey, "kind" | "key">[]): Pick<DirtyKey, "kind" | "key">[] {
  return [...new Map(keys.map(({ kind, key }) => [`${kind} ${key}`, { kind, key }])).values()];
}
