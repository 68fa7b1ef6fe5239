import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { processorSeconds } from "./processor-time.ts";
import type { Target } from "./targets/target.ts";

const LOOK_EVERY_MS = 500;
/** In that time; a hub that nobody asks takes less. */
const QUIET_SECONDS = 0.03;
/** One that is never quiet is measured as it is. */
const PATIENCE_MS = 60_000;

/** Waits until no target works on what was measured before, and what was written is on disk. */
export async function untilQuiet(targets: readonly Target[]): Promise<void> {
  const began = performance.now();
  const spent = (): number => targets.reduce((sum, { pid }) => sum + processorSeconds(pid), 0);
  for (let before = -Infinity, now = spent(); now - before >= QUIET_SECONDS; now = spent()) {
    if (performance.now() - began > PATIENCE_MS) break;
    before = now;
    await sleep(LOOK_EVERY_MS);
  }
  await promisify(execFile)("sync");
}
