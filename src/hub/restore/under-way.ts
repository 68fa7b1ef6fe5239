import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RestoreError } from "./errors.ts";

/** What a data folder holds while a restore works on it, and after one that was killed. */
const MARK = "restore-under-way";

/**
 * @returns a function that says that the restore has ended, well or with an error that was told; after one that was cut
 * off before, only an end that is well is the end of that as well
 * @throws RestoreError when the folder takes no file
 */
export function markRestore(dataFolder: string): (isDone: boolean) => void {
  const mark = join(dataFolder, MARK);
  const wasCutOff = existsSync(mark);
  try {
    writeFileSync(mark, "");
  } catch (error) {
    throw new RestoreError(`Cannot restore: ${mark} cannot be written (${(error as Error).message})`, {
      cause: error,
    });
  }
  return (isDone) => {
    if (isDone || !wasCutOff) rmSync(mark, { force: true });
  };
}

/**
 * A hub that a supervisor starts after a restore was killed would be an empty one, or the one that was to be replaced,
 * and take pushes that the restore takes away.
 * @throws RestoreError
 */
export function requireNoRestoreUnderWay(dataFolder: string): void {
  const mark = join(dataFolder, MARK);
  if (!existsSync(mark)) return;
  throw new RestoreError(
    `Cannot start: a restore was cut off; run imagehub restore again, or remove ${mark} to start with the database that is there`,
  );
}
