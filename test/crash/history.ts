import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { openBlobStorage } from "../../src/blob-storage/open.ts";
import { openDatabase } from "../../src/database/open.ts";
import { ADMIN_PASSWORD, spawnHub, startHubProcess, type HubProcess } from "../hub-process.ts";
import { checkKnown } from "./checks/known.ts";
import { checkLeftOver } from "./checks/left-over.ts";
import { checkStored } from "./checks/stored.ts";
import { checkUploads, finishUploads } from "./checks/uploads.ts";
import { CLOCK_AHEAD } from "./clock-ahead.ts";
import { connect, UnsureError } from "./connection.ts";
import type { Home } from "./homes.ts";
import { createLedger } from "./ledger.ts";
import { createLibrary } from "./library.ts";
import { OPERATIONS } from "./operations/all.ts";
import type { Player } from "./player.ts";
import type { Random } from "./random.ts";
import type { Session } from "./sessions.ts";

/** At once: enough to meet several in the middle, and to share their syncs. */
const PLAYERS = 6;
/** From the first request to the kill: from before the first answer to some hundred answers. */
const MAX_LOAD_MS = 900;
/** A start takes about half a second; some are killed before they end. */
const MAX_START_MS = 450;
const KILLED_STARTS = 0.15;
/** Uploads that are ended after each start; the others wait for players, or their time. */
const FINISHED_UPLOADS = 2;

const HOUR_MS = 60 * 60 * 1000;

export interface HistoryOptions {
  home: Home;
  random: Random;
  /** How often the hub is killed. */
  kills: number;
  /** Called after each kill with what was acknowledged before it. */
  onKill: (round: { operations: number }) => void;
}

/** One data folder, on which hub after hub works until it is killed; what each acknowledged must be there. */
export async function playHistory({ home, random, kills, onKill }: HistoryOptions): Promise<void> {
  const library = createLibrary();
  const repositories = ["alpha/app", "alpha/tools/cli", "beta/app", "beta/service"];
  const parts = { random, library, ledger: createLedger(), sessions: new Set<Session>(), repositories };
  for (let kill = 0; kill < kills; kill += 1) {
    parts.ledger.advance(home.minAheadMs + pause(random));
    if (random.chance(KILLED_STARTS)) await killStart(home, { random, aheadMs: parts.ledger.aheadMs() });
    const operations = await withHub(home, parts, async (hub, player, expectEnd) => {
      await checkStored(player, { all: false });
      await checkUploads(player);
      await checkKnown(player);
      await finishUploads(player, FINISHED_UPLOADS);
      return load(hub, player, expectEnd);
    });
    onKill({ operations });
  }
  await withHub(home, parts, async (hub, player) => {
    await checkStored(player, { all: true });
    await checkUploads(player);
    await checkKnown(player);
    assert.equal(await hub.stop(), 0);
  });
  await checkLeftOver([parts], {
    openDatabase: () => openDatabase(home.databaseUrl),
    openBlobStorage: () => openBlobStorage(home.storageUrl),
  });
}

/** Most starts come at once; some after what was left alone has become too old to be kept. */
function pause(random: Random): number {
  if (random.chance(0.7)) return 0;
  const longest = random.pick([12, 27, 27, 32 * 24]) ?? 0;
  return random.integer(1, longest) * HOUR_MS;
}

async function withHub<T>(
  home: Home,
  parts: Omit<Player, "send">,
  work: (hub: HubProcess, player: Player, expectEnd: () => void) => Promise<T>,
): Promise<T> {
  const hub = await startHubProcess(home.dataFolder, startOptions(home, parts.ledger.aheadMs()));
  let isEnding = false;
  const player = { ...parts, send: connect(hub, () => isEnding) };
  try {
    const result = await work(hub, player, () => (isEnding = true));
    assert.doesNotMatch(hub.output(), LOGGED_FAILURE);
    return result;
  } catch (error) {
    (error as Error).message += `\nThe hub said:\n${hub.output().slice(-4000)}`;
    throw error;
  } finally {
    await hub.kill();
  }
}

/** pino's levels of 50 and above are failures of the hub. */
const LOGGED_FAILURE = /"level":[5-9]0/;

function startOptions(home: Home, aheadMs: number) {
  const clock = pathToFileURL(join(import.meta.dirname, "clock-ahead.ts")).href;
  return {
    flags: ["--database", home.databaseUrl, "--storage", home.storageUrl, "--log-level", "warn"],
    environment: {
      IMAGEHUB_ADMIN_PASSWORD: ADMIN_PASSWORD,
      NODE_OPTIONS: `--import ${clock}`,
      [CLOCK_AHEAD]: String(aheadMs),
    },
  };
}

/** Kills a hub while it starts. */
async function killStart(
  home: Home,
  { random, aheadMs }: { random: Random; aheadMs: number },
): Promise<void> {
  const { flags, environment } = startOptions(home, aheadMs);
  const child = spawnHub(
    ["serve", "--listen", "127.0.0.1:0", "--listen-tls", "off", "--data", home.dataFolder, ...flags],
    { environment },
  );
  const exited = new Promise((resolve) => child.once("exit", resolve));
  await sleep(random.integer(20, MAX_START_MS));
  child.kill("SIGKILL");
  await exited;
}

/** Plays until the hub is killed in the middle. @returns how many operations were acknowledged */
async function load(hub: HubProcess, player: Player, expectEnd: () => void): Promise<number> {
  let operations = 0;
  const over = new AbortController();
  const play = async (index: number): Promise<void> => {
    const random = player.random.fork(`player ${index}`);
    while (!over.signal.aborted) {
      if (await random.pick(OPERATIONS)?.({ ...player, random })) operations += 1;
    }
  };
  const playing = Promise.allSettled(Array.from({ length: PLAYERS }, (_, index) => play(index)));
  await Promise.race([playing, sleep(player.random.integer(5, MAX_LOAD_MS))]);
  expectEnd();
  over.abort();
  await hub.kill();
  for (const end of await playing) {
    if (end.status === "rejected" && !(end.reason instanceof UnsureError)) throw end.reason;
  }
  return operations;
}
