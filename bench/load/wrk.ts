import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "../targets/target.ts";
import { send, expectStatus, type Client } from "./client.ts";
import { CONNECTIONS, perSecond } from "./connections.ts";

/** GETs of these paths in turn, for some seconds. With `wrk` where it is, else by Node. @returns requests a second */
export async function getsPerSecond(client: Client, paths: string[], seconds: number): Promise<number> {
  const wrk = await findProgram("wrk");
  if (wrk === undefined) return getsByNode(client, paths);
  const folder = await mkdtemp(join(tmpdir(), "imagehub-wrk-"));
  const script = join(folder, "paths.lua");
  await writeFile(script, scriptOf(paths));
  try {
    const headers = Object.entries(client.authorization).flatMap(([name, value]) => [
      "-H",
      `${name}: ${value}`,
    ]);
    const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", script, ...headers, client.url];
    const { stdout } = await promisify(execFile)(wrk, args);
    if (stdout.includes("Non-2xx")) throw new Error(`Cannot measure: ${stdout}`);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function getsByNode(client: Client, paths: string[]): Promise<number> {
  return perSecond(paths, async (path) => void expectStatus(await send(client, { path }), 200));
}

function scriptOf(paths: string[]): string {
  return `local paths = {${paths.map((path) => JSON.stringify(path)).join(",")}}
local turn = 0
request = function()
  turn = turn % #paths + 1
  return wrk.format("GET", paths[turn])
end
`;
}
