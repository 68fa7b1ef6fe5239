import { expectStatus, send } from "../load/client.ts";
import { connectToResources, IMAGES } from "../load/resources.ts";
import { percentile } from "../scale/percentile.ts";
import type { Workload } from "./workload.ts";

const LIMIT = 500;

/** Pages of whole Images, one after the other; 6 MB each. */
export const listImages: Workload = {
  name: "list-images",
  title: "list of 500 Images, each with 10 KB of docs",
  unit: "ms",
  better: "less",
  on: "documents",
  onRequest: true,
  async measure(target, { quick }) {
    const client = connectToResources(target);
    const times: number[] = [];
    let token = "";
    for (let page = 0; page < (quick ? 20 : 100); page++) {
      const before = performance.now();
      const answer = await send(client, { path: `${IMAGES}?limit=${LIMIT}&continue=${token}` });
      times.push(performance.now() - before);
      const list = JSON.parse(expectStatus(answer, 200).body.toString()) as List;
      if (list.items.length !== LIMIT) throw new Error(`Cannot measure: ${list.items.length} Images`);
      token = encodeURIComponent(list.metadata.continue ?? "");
    }
    client.agent.destroy();
    return percentile(times, 50);
  },
};

interface List {
  metadata: { continue?: string };
  items: unknown[];
}
