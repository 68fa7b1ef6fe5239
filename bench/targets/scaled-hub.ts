import { setTimeout as sleep } from "node:timers/promises";
import { processorSeconds } from "../processor-time.ts";
import { generate } from "../scale/generate.ts";
import { MEMBER } from "../scale/member.ts";
import { DOCUMENTED, LITTLE, MANY, MUCH, type Shape } from "../scale/shape.ts";
import { newLogin, startHubOn } from "./hub.ts";
import type { RunningTarget, TargetKind } from "./target.ts";

/** 1,000 repositories: what the other is measured against. */
export const hubWithLittle: TargetKind = {
  name: "hub with little",
  start: (folder) => startFilled(folder, { name: "hub with little", shape: LITTLE }),
};

/** 10,000 repositories and 100,000 tags. */
export const hubWithMany: TargetKind = {
  name: "hub with many",
  start: (folder) => startFilled(folder, { name: "hub with many", shape: MANY }),
};

/** 100,000 Images with docs of 10 KB. */
export const hubWithDocuments: TargetKind = {
  name: "hub with documents",
  start: (folder) => startFilled(folder, { name: "hub with documents", shape: DOCUMENTED }),
};

/** 100,000 repositories and 1,000,000 tags, which takes some minutes and 4 GB of disk. */
export const hubWithMuch: TargetKind = {
  name: "hub with much",
  start: (folder) => startFilled(folder, { name: "hub with much", shape: MUCH }),
};

/** Starts a hub that has held all this for long: its search index was built by an earlier start. */
async function startFilled(
  folder: string,
  { name, shape }: { name: string; shape: Shape },
): Promise<RunningTarget> {
  await generate(folder, shape);
  const login = newLogin();
  const first = await startHubOn(folder, { name, login });
  await register(first);
  await settled(first);
  await first.stop();
  const before = performance.now();
  const target = await startHubOn(folder, { name, login });
  const ready = await fetch(`${target.url}/readyz`);
  const startMs = performance.now() - before;
  if (!ready.ok) throw new Error(`Cannot measure: ${name} is not ready, ${await ready.text()}`);
  await settled(target);
  return { ...target, startMs };
}

async function register({ url }: RunningTarget): Promise<void> {
  const response = await fetch(`${url}/api/v1/users`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(MEMBER),
  });
  if (!response.ok) throw new Error(`Cannot register: ${await response.text()}`);
}

/** Waits until what a hub does after its start is done. */
async function settled({ pid }: RunningTarget): Promise<void> {
  for (let before = Number.NaN; ;) {
    const now = processorSeconds(pid);
    if (now - before < IDLE_SECONDS) return;
    before = now;
    await sleep(LOOK_EVERY_MS);
  }
}

const LOOK_EVERY_MS = 3000;
const IDLE_SECONDS = 0.15;
