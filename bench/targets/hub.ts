import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startTarget, type TargetKind } from "./target.ts";

/** This checkout, as a newcomer runs it: everything on, a password asked for. */
export const hub: TargetKind = {
  name: "hub",
  async start(folder) {
    await mkdir(folder, { recursive: true });
    const login = { name: "admin", password: randomUUID() };
    const start = await readStartScript();
    const program = {
      command: process.execPath,
      args: [...start.flags, ...profiling(), join(ROOT, "src/main.ts"), "serve"].concat(
        ["--listen", "127.0.0.1:0", "--listen-tls", "off"],
        ["--data", folder, "--log-level", "error"],
      ),
      env: { ...start.environment, IMAGEHUB_ADMIN_PASSWORD: login.password },
      log: join(folder, "bench.log"),
    };
    const target = await startTarget("hub", program, () => urlIn(join(folder, "hub.json")));
    return { ...target, login };
  },
};

const ROOT = join(import.meta.dirname, "../..");

/** `npm start` is `NAME=VALUE… node --FLAG… src/main.ts serve`: what it gives Node. */
async function readStartScript(): Promise<{ environment: Record<string, string>; flags: string[] }> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    scripts: { start: string };
  };
  const words = scripts.start.split(" ");
  const assignments = words.slice(0, words.indexOf("node")).map((word) => word.split("=", 2));
  return {
    environment: Object.fromEntries(assignments) as Record<string, string>,
    flags: words.filter((word) => word.startsWith("--")),
  };
}

async function urlIn(file: string): Promise<string | undefined> {
  try {
    const { url } = JSON.parse(await readFile(file, "utf8")) as { url: string };
    return url;
  } catch {
    return undefined;
  }
}

/** BENCH_CPU_PROFILE=FOLDER: the hub writes a profile there when it ends. */
function profiling(): string[] {
  const folder = process.env["BENCH_CPU_PROFILE"];
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}
