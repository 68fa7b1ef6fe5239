import { basic, expectStatus, pushBlob, pushManifest, send, type Client } from "../load/client.ts";
import { connectToNew } from "../load/connections.ts";
import { MEBIBYTE, smallImage, type SmallImage } from "../load/content.ts";
import { percentile } from "../scale/percentile.ts";
import type { Target } from "../targets/target.ts";
import type { Workload } from "./workload.ts";

/** A pull's slowest hundredth with a collection under way, compared to that without. */
export const pullWhileCollecting: Workload = {
  name: "pull-while-collecting",
  title: "p99 of pulls by 200 clients at once, while garbage is collected : without",
  unit: "×",
  better: "less",
  on: "scales",
  onRequest: true,
  async measure(target, { quick }) {
    const client = await connectToNew(target, "pulled");
    const image = smallImage(MEBIBYTE);
    for (const blob of image.blobs) await pushBlob(client, blob);
    await pushManifest(client, "v1", image.manifest);
    const rounds = quick ? 2 : 5;
    await pullByAll(client, { image, rounds: 1 });
    const without = await pullByAll(client, { image, rounds });
    const ending = new AbortController();
    const collecting = collectUntil(target, ending.signal);
    const during = await pullByAll(client, { image, rounds });
    ending.abort();
    await collecting;
    client.agent.destroy();
    console.error(`p99 ${without.toFixed(0)} ms without, ${during.toFixed(0)} ms while collecting`);
    return during / without;
  },
};

/** @returns the 99th percentile in ms of all pulls */
async function pullByAll(
  client: Client,
  { image, rounds }: { image: SmallImage; rounds: number },
): Promise<number> {
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let round = 0; round < rounds; round++) {
        const before = performance.now();
        await pull(client, image);
        times.push(performance.now() - before);
      }
    }),
  );
  return percentile(times, 99);
}

async function pull(client: Client, image: SmallImage): Promise<void> {
  const base = `/v2/${client.repository}`;
  expectStatus(await send(client, { path: `${base}/manifests/v1` }), 200);
  for (const { digest } of image.blobs)
    expectStatus(await send(client, { path: `${base}/blobs/${digest}` }), 200);
}

/** Collects again and again until it is to end. */
async function collectUntil(target: Target, ending: AbortSignal): Promise<void> {
  while (!ending.aborted) await collectOnce(target);
}

async function collectOnce(target: Target): Promise<void> {
  const headers = { ...basic(target), "content-type": "application/json" };
  const started = await fetch(`${target.url}/api/v1/jobs`, {
    method: "POST",
    headers,
    body: JSON.stringify({ kind: "gc" }),
  });
  const job = (await started.json()) as { id: number; detail?: string };
  if (!started.ok) throw new Error(`Cannot collect: ${job.detail}`);
  for (;;) {
    const asked = await fetch(`${target.url}/api/v1/jobs/${job.id}`, { headers });
    const { state } = (await asked.json()) as { state: string };
    if (state !== "queued" && state !== "running") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const CLIENTS = 200;
