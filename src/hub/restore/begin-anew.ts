import { randomUUID } from "node:crypto";
import type { SchemaContext } from "../../database/migrations/migration.ts";
import {
  EARLIER_LIVES_SETTING,
  INCARNATION_SETTING,
  KNOWN_SINCE_SETTING,
  readEarlierLives,
  readIncarnation,
} from "../../database/settings.ts";
import { forgetEvents } from "../../events/new-life.ts";
import { raiseReleaseVersions } from "../../releases/new-life.ts";
import { beginNewLife } from "../../resource-store/database/new-life.ts";

/**
 * Makes of a database that was put back one that a hub can start with: what others know of the life after the backup is
 * not this one's.
 */
export async function beginAnew({ transaction, kind }: SchemaContext, now: number): Promise<void> {
  await beginNewLife(transaction, kind);
  await forgetEvents(transaction);
  await raiseReleaseVersions(transaction);
  const lives = [...(await readEarlierLives(transaction)), await readIncarnation(transaction)].join(" ");
  await transaction
    .insertInto("settings")
    .values({ name: EARLIER_LIVES_SETTING, value: lives })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: lives }))
    .execute();
  for (const [name, value] of [
    [INCARNATION_SETTING, randomUUID()],
    // What was stored after the backup is not garbage: another backup may know it.
    [KNOWN_SINCE_SETTING, String(now)],
  ] as const) {
    await transaction.updateTable("settings").set({ value }).where("name", "=", name).execute();
  }
  // Who logged out since the backup stays so, and a code that was used since is used.
  await transaction.deleteFrom("sessions").execute();
  await transaction.deleteFrom("password_resets").execute();
  // The bytes of an upload are no part of a backup.
  await transaction.deleteFrom("uploads").execute();
  await transaction
    .updateTable("jobs")
    .set({ state: "interrupted", ended_at: now })
    .where("state", "in", ["queued", "running"])
    .execute();
}
