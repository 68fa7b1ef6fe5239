import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/hub/config.ts";
import { checkKnown } from "../crash/checks/known.ts";
import { checkLeftOver } from "../crash/checks/left-over.ts";
import { checkStored } from "../crash/checks/stored.ts";
import { checkUploads, finishUploads } from "../crash/checks/uploads.ts";
import { connect } from "../crash/connection.ts";
import { createLedger } from "../crash/ledger.ts";
import { createLibrary } from "../crash/library.ts";
import { pushImage } from "../crash/operations/manifests.ts";
import type { Player } from "../crash/player.ts";
import { createRandom } from "../crash/random.ts";
import { ADMIN_PASSWORD, basic } from "../start-hub.ts";
import { createFaults, type FaultKind } from "./faults.ts";
import { playScript } from "./script.ts";
import { createStarter, type Wraps } from "./starter.ts";
import { whyNot, within } from "./within.ts";

/** A pull of one image, on a busy machine. */
const SERVED_WITHIN_MS = 20_000;

/** A hub in this process, and all who ever worked on it. */
export interface Stage extends AsyncDisposable {
  /** Plays the script without a fault. @returns the sites it met */
  rehearse(): Promise<string[]>;
  /** Plays the script with a fault at one site, and checks what it left. */
  play(site: string, kind: FaultKind): Promise<Play>;
  /** Restarts, and reads everything once more; then stops, and looks for what was left over. */
  end(): Promise<void>;
}

export interface Play {
  /** Whether the site was met. */
  struck: boolean;
  /** Requests that were answered by 500 and above, or not at all. */
  failures: number;
  /** The database said that it failed, and the hub was started anew. */
  ended: boolean;
  /** Why somebody else was not served while a call was slow. */
  unserved: unknown;
}

export async function openStage(wraps: Wraps): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "imagehub-faults-"));
  const config = loadConfig(
    { listen: "127.0.0.1:0", "listen-tls": "off", "log-level": "silent", data: folder },
    { IMAGEHUB_ADMIN_PASSWORD: ADMIN_PASSWORD },
  );
  let unserved: unknown;
  const faults = createFaults(async () => {
    unserved = await whyNot(within(SERVED_WITHIN_MS, checkStored(bystander, { all: true })));
  });
  const starter = createStarter(config, { wraps, faults });
  let hub = await starter.start();
  const players: Player[] = [];
  const bystander = newPlayer();
  await pushImage(bystander);

  function newPlayer(): Player {
    const name = `p${players.length}`;
    const player: Player = {
      send: (...asked) =>
        connect({ url: hub.url, admin: basic("admin", ADMIN_PASSWORD) }, () => faults.struck)(...asked),
      // The same choices in every play.
      random: createRandom("script", { bytesSeed: name }),
      ledger: createLedger(),
      library: createLibrary(name),
      sessions: new Set(),
      repositories: [`${name}a/app`, `${name}b/tools/cli`],
    };
    players.push(player);
    return player;
  }

  async function restart(): Promise<void> {
    // A database that failed takes not even what is kept until the end.
    await hub.stop().catch((error: unknown) => assert.equal(error, hub.failed.reason));
    hub = await starter.start();
  }

  async function playAndCheck(): Promise<Play> {
    unserved = undefined;
    const player = newPlayer();
    const failures = await playScript(player, { faults, content: hub.context.content, failed: hub.failed });
    // With a database that failed, controllers never come to an end.
    await Promise.race([hub.context.controllers.idle(), aborted(hub.failed)]);
    faults.rest();
    const ended = hub.failed.aborted;
    if (ended) await restart();
    await checkStored(player, { all: true });
    await checkUploads(player, { mayBeEmptied: faults.struck });
    await checkKnown(player);
    await finishUploads(player, Infinity);
    player.library.forgetBytes();
    return { struck: faults.struck, failures, ended, unserved };
  }

  return {
    async rehearse() {
      await playAndCheck();
      faults.record();
      await playAndCheck();
      return faults.sites();
    },
    play(site, kind) {
      faults.arm(site, kind);
      return playAndCheck();
    },
    async end() {
      await restart();
      for (const player of players) await checkStored(player, { all: true });
      await hub.stop();
      assert.deepEqual(starter.openFiles(), [], "open files");
      await checkLeftOver(players, starter);
    },
    async [Symbol.asyncDispose]() {
      faults.rest();
      await hub.stop().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
