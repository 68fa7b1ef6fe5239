import { parseArgs } from "node:util";
import { randomBytes } from "node:crypto";
import { playHistory } from "./history.ts";
import { createHome } from "./homes.ts";
import { createRandom } from "./random.ts";
import { startS3Server } from "../s3/s3-server.ts";

/**
 * `npm run test:crash -- --rounds 1000 --seed abc`: kills a hub again and again, and checks what it acknowledged.
 * Runs on SQLite and files, or on the PostgreSQL server that IMAGEHUB_TEST_POSTGRES names, and on the bucket that
 * IMAGEHUB_STORAGE names, or with --s3 on a server of its own.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: process.env["CRASH_ROUNDS"] ?? "200" },
    seed: { type: "string", default: process.env["CRASH_SEED"] ?? randomBytes(4).toString("hex") },
    s3: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const s3 = values.s3 ? await startS3Server() : undefined;

/** Kills on one data folder: so many that what was stored goes through every age, so few that each check is short. */
const KILLS_OF_A_HISTORY = 25;
/** Histories at once: a hub that starts or waits leaves a processor to the other. */
const LANES = 2;

process.stdout.write(`seed ${values.seed}, ${rounds} rounds\n`);
const startedAt = performance.now();
let done = 0;
let begun = 0;
let operations = 0;

await Promise.all(Array.from({ length: LANES }, () => playLane()));
await s3?.stop();
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(
  `${done} kills after ${operations} acknowledged operations: nothing was lost; ${(seconds / done).toFixed(2)} s each\n`,
);

async function playLane(): Promise<void> {
  while (begun < rounds) {
    const kills = Math.min(KILLS_OF_A_HISTORY, rounds - begun);
    const name = `${values.seed}/${begun}`;
    begun += kills;
    await play(name, kills);
  }
}

async function play(name: string, kills: number): Promise<void> {
  const home = await createHome({ storageUrl: s3?.storageUrl("crash") ?? process.env["IMAGEHUB_STORAGE"] });
  try {
    await playHistory({
      home,
      random: createRandom(name),
      kills,
      onKill(round) {
        done += 1;
        operations += round.operations;
        if (done % KILLS_OF_A_HISTORY === 0) process.stdout.write(`${done} kills\n`);
      },
    });
  } catch (error) {
    process.stderr.write(`History ${name} failed; its data is in ${home.dataFolder}\n`);
    throw error;
  }
  await home.remove();
}
