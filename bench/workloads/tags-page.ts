import { connect, expectStatus, send } from "../load/client.ts";
import { percentile } from "../scale/percentile.ts";
import { LARGE_REPOSITORY, LITTLE, MUCH, tagName } from "../scale/shape.ts";
import { hubWithMuch } from "../targets/scaled-hub.ts";
import type { Workload } from "./workload.ts";

export const tagsPage: Workload = {
  name: "tags-page",
  title: "tags/list n=100 anywhere in a large repository",
  unit: "ms",
  better: "less",
  on: "scales",
  onRequest: true,
  async measure(target, { quick }) {
    const client = await connect(target, LARGE_REPOSITORY);
    const { tagsOfLarge } = target.name === hubWithMuch.name ? MUCH : LITTLE;
    const times: number[] = [];
    for (let page = 0; page < (quick ? 200 : 2000); page++) {
      const last = tagName(Math.floor(Math.random() * (tagsOfLarge - 100)));
      const before = performance.now();
      const answer = await send(client, { path: `/v2/${LARGE_REPOSITORY}/tags/list?n=100&last=${last}` });
      times.push(performance.now() - before);
      const { tags } = JSON.parse(expectStatus(answer, 200).body.toString()) as { tags: string[] };
      if (tags.length !== 100) throw new Error(`Cannot measure: ${tags.length} tags after ${last}`);
    }
    client.agent.destroy();
    return percentile(times, 50);
  },
};
