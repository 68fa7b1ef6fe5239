import { basic, expectStatus, newAgent, send } from "../load/client.ts";
import { measureGets } from "../load/gets.ts";
import type { Workload } from "./workload.ts";

/** By a personal token, as CI has one: verified by its hash, and what it may is looked up each time. */
export const getToken: Workload = {
  name: "get-token",
  title: "GET of a registry token by a personal token, 16 connections",
  unit: "requests/s",
  better: "more",
  hubOnly: true,
  async measure(target, { quick }) {
    const agent = newAgent();
    const made = await send(
      { url: target.url, authorization: basic(target), agent },
      {
        method: "POST",
        path: "/api/v1/tokens",
        headers: { "content-type": "application/json", "content-length": BODY.length },
        body: [BODY],
      },
    );
    agent.destroy();
    const { token } = JSON.parse(expectStatus(made, 201).body.toString()) as { token: string };
    const name = target.login?.name ?? "";
    const scope = `repository:${name}/bench:pull,push`;
    return measureGets(`${target.url}/token?service=imagehub&scope=${scope}`, {
      headers: { authorization: `Basic ${Buffer.from(`${name}:${token}`).toString("base64")}` },
      seconds: quick ? 2 : 5,
    });
  },
};

const BODY = Buffer.from(JSON.stringify({ name: "bench", scopes: ["read", "write"] }));
