import type { WriteTransaction } from "../database/database.ts";
import { lifeStep } from "../database/life-step.ts";
import { raiseFloor, takeVersions } from "./versions.ts";

/** Forgets what happened before a restore: it was another life, and who watches from its versions lists again. */
export async function forgetEvents(transaction: WriteTransaction): Promise<void> {
  await transaction.deleteFrom("events").execute();
  const steps = lifeStep();
  const first = await takeVersions(transaction, steps);
  await raiseFloor(transaction, first + steps - 1);
}
