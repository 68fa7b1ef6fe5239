import { setTimeout as sleep } from "node:timers/promises";
import { connect, pushBlob, pushManifest } from "../load/client.ts";
import { smallImage } from "../load/content.ts";
import { processorSeconds } from "../processor-time.ts";
import { organizationName } from "../scale/shape.ts";
import type { Target } from "../targets/target.ts";
import type { Workload } from "./workload.ts";

/** Longer than keys rest: all that follows from a push is done then. */
const PUSH_EVERY_MS = 1200;

/** What a push costs the hub with all that its controllers do for it: one after the other, into new repositories. */
export const pushCost: Workload = {
  name: "push-cost",
  title: "one push, with what the controllers do for it: processor time",
  unit: "ms",
  better: "less",
  on: "scales",
  onRequest: true,
  async measure(target, { quick }) {
    const pushes = quick ? 5 : 20;
    await pushOne(target);
    await sleep(PUSH_EVERY_MS);
    const before = processorSeconds(target.pid);
    const idle = await idleSeconds(target, pushes);
    for (let push = 0; push < pushes; push++) {
      await pushOne(target);
      await sleep(PUSH_EVERY_MS);
    }
    return ((processorSeconds(target.pid) - before - 2 * idle) * 1000) / pushes;
  },
};

/** What the hub takes in that time when nobody asks for anything. */
async function idleSeconds({ pid }: Target, pushes: number): Promise<number> {
  const before = processorSeconds(pid);
  await sleep(pushes * PUSH_EVERY_MS);
  return processorSeconds(pid) - before;
}

async function pushOne(target: Target): Promise<void> {
  const name = `${organizationName(0)}/pushed-${crypto.randomUUID().slice(0, 8)}`;
  const client = await connect(target, name);
  const { manifest, blobs } = smallImage(1024);
  for (const blob of blobs) await pushBlob(client, blob);
  await pushManifest(client, "v1", manifest);
  client.agent.destroy();
}
