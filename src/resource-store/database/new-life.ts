import type { Database, WriteTransaction } from "../../database/database.ts";
import { lifeStep } from "../../database/life-step.ts";
import { clearHistory } from "./history.ts";
import { lockResources, nextVersion } from "./versions.ts";

/**
 * Begins a new life of resources that were put back as they were earlier: versions that clients know from the lost life
 * are all below the current one and without history, so that who watches or pages on lists again.
 */
export async function beginNewLife(transaction: WriteTransaction, kind: Database["kind"]): Promise<void> {
  await lockResources(transaction, kind);
  const version = await nextVersion(transaction, lifeStep());
  await clearHistory(transaction, version);
}
