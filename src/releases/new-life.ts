import type { WriteTransaction } from "../database/database.ts";
import { lifeStep } from "../database/life-step.ts";

/** After a restore: versions that clients know from the lost life are given to nothing else. */
export async function raiseReleaseVersions(transaction: WriteTransaction): Promise<void> {
  const step = lifeStep();
  await transaction
    .updateTable("release_owners")
    .set((row) => ({ version: row("version", "+", step) }))
    .execute();
}
