import { pushBlob } from "../load/client.ts";
import { connectToNew, secondsSince } from "../load/connections.ts";
import { bigBlob } from "../load/content.ts";
import type { Workload } from "./workload.ts";

export const BIG_BLOB_MEBIBYTES = 512;

export const pushOneBlob: Workload = {
  name: "push-blob",
  title: `push of one ${BIG_BLOB_MEBIBYTES} MiB blob`,
  unit: "MiB/s",
  better: "more",
  async measure(target) {
    const blob = bigBlob(BIG_BLOB_MEBIBYTES);
    const client = await connectToNew(target, "push");
    const started = performance.now();
    await pushBlob(client, blob);
    const speed = BIG_BLOB_MEBIBYTES / secondsSince(started);
    client.agent.destroy();
    return speed;
  },
};
