import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export const ADMIN_PASSWORD = "correct horse battery";

/** A hub in a process of its own, as people run it. */
export interface HubProcess {
  url: string;
  /** `127.0.0.1:PORT` */
  host: string;
  process: ChildProcess;
  /** What it has written so far, to both outputs. */
  output(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Starts a hub on a data folder and waits until it is ready. */
export async function startHubProcess(dataFolder: string, flags: string[] = []): Promise<HubProcess> {
  await mkdir(dataFolder, { recursive: true });
  const ready = waitForFile(dataFolder, "hub.json");
  const main = join(import.meta.dirname, "../src/main.ts");
  const child = spawn(
    process.execPath,
    [main, "serve", "--listen", "127.0.0.1:0", "--listen-tls", "off", "--data", dataFolder, ...flags],
    { env: { ...process.env, IMAGEHUB_ADMIN_PASSWORD: ADMIN_PASSWORD }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, "exit");
  const early = exited.then(([code]) => Promise.reject(new Error(`The hub ended with ${code}:\n${output}`)));
  const { url } = JSON.parse(await Promise.race([ready, early])) as { url: string };
  early.catch(() => undefined);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url,
    host: new URL(url).host,
    process: child,
    output: () => output,
    stop: () => end("SIGTERM"),
    kill: async () => void (await end("SIGKILL")),
  };
}

/** The content of a file as soon as it appears anew in its folder. */
async function waitForFile(folder: string, name: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(folder, (_event, changed) => {
    if (changed === name) resolve();
  });
  await promise;
  watcher.close();
  return readFile(join(folder, name), "utf8");
}
