import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { eventually } from "./controllers-hub.ts";
import { fuzz } from "./fuzz.ts";
import { buildImages } from "./history/images.ts";
import { startMortalHub, type MortalHub } from "./history/mortal-hub.ts";
import { ask } from "./history/play.ts";
import { copyWithoutDerived } from "./history/rebuild.ts";
import { stateOf } from "./history/state.ts";
import { histories, USERS, type Move } from "./history/steps.ts";

const images = await buildImages();

/** For what takes a second on a machine that does nothing else. */
const REST_WITHIN_MS = 60_000;

/** Some seconds each; IMAGEHUB_FUZZ_SECONDS plays as many as that takes. */
const HISTORIES = 3;

test("after any history, with restarts and kills, the state is what a rebuild from database and spec makes", async () => {
  await fuzz(fc.asyncProperty(histories, play), HISTORIES, { isSlow: true });
});

async function play(history: readonly Move[]): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "imagehub-history-"));
  const folder = join(root, "lived");
  let hub = await openHub(folder);
  try {
    hub = await live(hub, { folder, history });
    await atRest(hub);
    const expected = await rebuild(folder, join(root, "rebuilt"));
    // What is known by watch alone comes a little later.
    await eventually(async () => assert.deepEqual(await stateOf(hub), expected));
  } finally {
    await hub.stop();
    await rm(root, { recursive: true });
  }
}

async function openHub(folder: string): Promise<MortalHub> {
  const hub = await startMortalHub(folder);
  for (const name of USERS) await hub.context.accounts.register({ name, password: "correct horse battery" });
  return hub;
}

/** @returns the hub that lives at the end */
async function live(
  first: MortalHub,
  { folder, history }: { folder: string; history: readonly Move[] },
): Promise<MortalHub> {
  let hub = first;
  const underWay: Promise<void>[] = [];
  for (const { step, waits } of history) {
    switch (step.act) {
      case "restart":
        await hub.stop();
        hub = await startMortalHub(folder);
        break;
      case "kill":
        await kill(hub, step.afterCalls);
        hub = await startMortalHub(folder);
        break;
      case "settle":
        await atRest(hub);
        break;
      default:
        underWay.push(ask(hub, step, images));
        if (waits) await Promise.all(underWay.splice(0));
    }
  }
  await Promise.all(underWay);
  return hub;
}

async function kill(hub: MortalHub, afterCalls: number): Promise<void> {
  const dead = hub.dieAfter(afterCalls);
  await Promise.race([dead, atRest(hub)]);
  await hub.dieAfter(0);
  await hub.stop();
}

/** Waits until all that was asked for is derived. @throws Error when that never comes */
async function atRest({ context: { controllers } }: MortalHub): Promise<void> {
  const overdue = new AbortController();
  // A hub that dies first never comes to rest, and nothing waits for that.
  const tooLate = sleep(REST_WITHIN_MS, undefined, { signal: overdue.signal, ref: false }).then(() => {
    throw new Error(`The controllers do not come to rest: ${JSON.stringify(controllers.waiting())} wait`);
  });
  tooLate.catch(() => undefined);
  await Promise.race([controllers.idle(), tooLate]);
  overdue.abort();
}

/** What a hub makes of a copy without anything derived. */
async function rebuild(from: string, to: string): Promise<unknown> {
  await copyWithoutDerived(from, to);
  const hub = await startMortalHub(to);
  try {
    await atRest(hub);
    return await stateOf(hub);
  } finally {
    await hub.stop();
  }
}
