import assert from "node:assert/strict";
import type { FaultKind } from "./faults.ts";
import { POSTGRES_CONFLICT } from "./kinds.ts";
import { openStage, type Play } from "./stage.ts";
import type { Wraps } from "./starter.ts";

/** What controllers do beside the script is not always done in the same step of it. */
const MAX_MISSED = 0.25;

/** Plays the script with a fault at every site in turn, then looks for what all these plays left. */
export async function playEverySite(
  wraps: Wraps,
  kind: FaultKind,
  check: (play: Play) => void = kind.isSlow || kind === POSTGRES_CONFLICT ? isNotSeen : livesOn,
): Promise<void> {
  await using stage = await openStage(wraps);
  const sites = (await stage.rehearse()).filter((site) => kind.calls?.test(site) ?? true);
  let missed = 0;
  for (const site of sites) {
    try {
      const play = await stage.play(site, kind);
      check(play);
      if (!play.struck) missed += 1;
    } catch (error) {
      throw new Error(`Failed after ${kind.name} at ${site}`, { cause: error });
    }
  }
  assert.ok(
    sites.length > 5 && missed <= sites.length * MAX_MISSED,
    `${missed} of ${sites.length} sites were not met again`,
  );
  await stage.end();
}

/** Nobody but the clock can tell. */
function isNotSeen(play: Play): void {
  if (play.unserved !== undefined) throw play.unserved;
  assert.deepEqual([play.ended, play.failures], [false, 0]);
}

function livesOn({ ended, failures }: Play): void {
  assert.equal(ended, false, "the hub ended");
  assert.ok(failures <= 1, `${failures} requests failed for one fault`);
}
