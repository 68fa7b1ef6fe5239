import { randomInt } from "node:crypto";
import type { Database, WriteTransaction } from "../../database/database.ts";
import { clearHistory } from "./history.ts";
import { lockResources, nextVersion } from "./versions.ts";

/** More changes than any database makes between its backup and its restore. */
const STEP = 2 ** 32;

/**
 * Begins a new life of resources that were put back as they were earlier: versions that clients know from the lost life
 * are all below the current one and without history, so that who watches or pages on lists again. Two restores of one
 * backup are two lives, hence the random part.
 */
export async function beginNewLife(transaction: WriteTransaction, kind: Database["kind"]): Promise<void> {
  await lockResources(transaction, kind);
  const version = await nextVersion(transaction, STEP + randomInt(STEP));
  await clearHistory(transaction, version);
}
