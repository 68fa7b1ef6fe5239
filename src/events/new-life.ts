import { randomInt } from "node:crypto";
import type { WriteTransaction } from "../database/database.ts";
import { setFloor, takeVersions } from "./versions.ts";

/** More events than any hub records between its backup and its restore. */
const STEP = 2 ** 32;

/** Forgets what happened before a restore: it was another life, and who watches from its versions lists again. */
export async function forgetEvents(transaction: WriteTransaction): Promise<void> {
  await transaction.deleteFrom("events").execute();
  const steps = STEP + randomInt(STEP);
  const first = await takeVersions(transaction, steps);
  await setFloor(transaction, first + steps - 1);
}
