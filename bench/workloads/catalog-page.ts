import { basic, expectStatus, newAgent, send, type Client } from "../load/client.ts";
import { MEMBER } from "../scale/member.ts";
import { percentile } from "../scale/percentile.ts";
import { LITTLE, MUCH, organizationName } from "../scale/shape.ts";
import { hubWithMuch } from "../targets/scaled-hub.ts";
import type { Target } from "../targets/target.ts";
import type { Workload } from "./workload.ts";

export const catalogPage: Workload = {
  name: "catalog-page",
  title: "catalog n=100 anywhere, administrator",
  unit: "ms",
  better: "less",
  on: "scales",
  onRequest: true,
  measure: (target, { quick }) => measurePages(target, { quick, within: 1 / 2 }),
};

/** One of whom nine in ten repositories are hidden. */
export const catalogPageOfMember: Workload = {
  ...catalogPage,
  name: "catalog-page-member",
  title: "catalog n=100 anywhere, ordinary user",
  measure: (target, { quick }) => measurePages({ ...target, login: MEMBER }, { quick, within: 1 / 20 }),
};

/** @param options.within the part of all names that pages begin in, so that every page is a full one */
async function measurePages(
  target: Target,
  { quick, within }: { quick: boolean; within: number },
): Promise<number> {
  const client = await connectToCatalog(target);
  const { organizations } = target.name === hubWithMuch.name ? MUCH : LITTLE;
  const times: number[] = [];
  for (let page = 0; page < (quick ? 200 : 2000); page++) {
    const last = organizationName(Math.floor(Math.random() * organizations * within));
    const before = performance.now();
    const answer = await send(client, { path: `/v2/_catalog?n=100&last=${last}` });
    times.push(performance.now() - before);
    const { repositories } = JSON.parse(expectStatus(answer, 200).body.toString()) as {
      repositories: string[];
    };
    if (repositories.length !== 100)
      throw new Error(`Cannot measure: ${repositories.length} repositories after ${last}`);
  }
  client.agent.destroy();
  return percentile(times, 50);
}

async function connectToCatalog(target: Target): Promise<Client> {
  const client = { url: target.url, repository: "", authorization: {}, agent: newAgent() };
  const answer = await send(client, {
    path: "/token?service=imagehub&scope=registry:catalog:*",
    headers: basic(target),
  });
  const { token } = JSON.parse(expectStatus(answer, 200).body.toString()) as { token: string };
  return { ...client, authorization: { authorization: `Bearer ${token}` } };
}
