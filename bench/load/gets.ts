import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findProgram } from "../targets/target.ts";
import { CONNECTIONS } from "./connections.ts";

/** The same GET over and over. @returns requests a second. With `wrk` where it is: it takes a quarter of the processor time that autocannon does. */
export async function measureGets(
  url: string,
  { headers, seconds }: { headers: Record<string, string>; seconds: number },
): Promise<number> {
  const headerArgs = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const wrk = await findProgram("wrk");
  if (wrk === undefined) {
    return measureWithAutocannon(url, { headers, seconds });
  }
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, ...headerArgs, url];
  const { stdout } = await promisify(execFile)(wrk, args);
  if (stdout.includes("Non-2xx")) {
    throw new Error(`Cannot measure: ${stdout}`);
  }
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

async function measureWithAutocannon(
  url: string,
  { headers, seconds }: { headers: Record<string, string>; seconds: number },
): Promise<number> {
  const program = new URL("../../node_modules/.bin/autocannon", import.meta.url).pathname;
  const headerArgs = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}=${value}`]);
  const args = ["--json", "-c", String(CONNECTIONS), "-d", String(seconds), ...headerArgs, url];
  const { stdout } = await promisify(execFile)(program, args);
  const result = JSON.parse(stdout) as { requests: { average: number }; non2xx: number };
  if (result.non2xx > 0) {
    throw new Error(`Cannot measure: ${result.non2xx} answers were errors`);
  }
  return result.requests.average;
}
