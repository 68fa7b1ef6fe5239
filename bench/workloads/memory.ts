import { readFile } from "node:fs/promises";
import { pushBlob } from "../load/client.ts";
import { connectToNew, CONNECTIONS } from "../load/connections.ts";
import { bigBlob } from "../load/content.ts";
import type { Workload } from "./workload.ts";

export const idleMemory: Workload = {
  name: "idle-memory",
  title: "memory before any request",
  unit: "MB",
  better: "less",
  when: "first round",
  async measure({ pid }) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return residentMegabytes(pid);
  },
};

export const endMemory: Workload = {
  name: "end-memory",
  title: "memory after all of this",
  unit: "MB",
  better: "less",
  when: "last round",
  measure: ({ pid }) => residentMegabytes(pid),
};

export const bigPushMemory: Workload = {
  name: "big-push-memory",
  title: "most memory while 16 blobs of 1 GiB are pushed at once",
  unit: "MB",
  better: "less",
  when: "last round",
  onRequest: true,
  async measure(target, { quick }) {
    let most = 0;
    const timer = setInterval(async () => {
      most = Math.max(most, await residentMegabytes(target.pid));
    }, SAMPLE_MS);
    const blobs = Array.from({ length: CONNECTIONS }, () => bigBlob(quick ? 64 : 1024));
    await Promise.all(
      blobs.map(async (blob) => {
        const client = await connectToNew(target, "big");
        await pushBlob(client, blob);
        client.agent.destroy();
      }),
    );
    clearInterval(timer);
    return most;
  },
};

/** What the process holds in memory, by the kernel; Linux alone tells. */
export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return (Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / 1e6;
}

/** Long enough for what runs after the start to end. */
const SETTLE_MS = 3000;
const SAMPLE_MS = 100;
