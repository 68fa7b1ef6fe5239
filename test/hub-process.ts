import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ADMIN_PASSWORD, basic } from "./start-hub.ts";

export { ADMIN_PASSWORD } from "./start-hub.ts";

/** A hub in a process of its own, as people run it. */
export interface HubProcess {
  url: string;
  /** Undefined when it does not listen with TLS. */
  tlsUrl: string | undefined;
  /** `127.0.0.1:PORT` */
  host: string;
  /** Basic credentials of the administrator, as an Authorization header. */
  admin: string;
  process: ChildProcess;
  /** What it has written so far, to both outputs. */
  output(): string;
  /** Resolves with the exit code when it has ended. */
  exited: Promise<number | null>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export interface HubProcessOptions {
  /** Beside the flags that make it listen on a free port and keep its data in the folder. */
  flags?: string[];
  /** Default: the administrator's password. */
  environment?: Record<string, string>;
  /** Default: the program on this Node, as npm start runs it. */
  program?: string[];
}

/** Starts a hub on a data folder and waits until it is ready. */
export async function startHubProcess(
  dataFolder: string,
  { flags = [], environment, program }: HubProcessOptions = {},
): Promise<HubProcess> {
  await mkdir(dataFolder, { recursive: true });
  const ready = waitForFile(dataFolder, "hub.json");
  const child = spawnHub(
    ["serve", "--listen", "127.0.0.1:0", "--listen-tls", "off", "--data", dataFolder, ...flags],
    {
      ...(environment && { environment }),
      ...(program && { program }),
    },
  );
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, "exit");
  const early = exited.then(([code]) => Promise.reject(new Error(`The hub ended with ${code}:\n${output}`)));
  const { url, tlsUrl } = JSON.parse(await Promise.race([ready, early])) as {
    url: string;
    tlsUrl: string | null;
  };
  early.catch(() => undefined);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url,
    tlsUrl: tlsUrl ?? undefined,
    host: new URL(url).host,
    admin: basic("admin", ADMIN_PASSWORD),
    process: child,
    output: () => output,
    exited: exited.then(() => child.exitCode),
    stop: () => end("SIGTERM"),
    kill: async () => void (await end("SIGKILL")),
  };
}

/** Runs the program with settings of its own alone. */
export function spawnHub(
  args: string[],
  {
    environment = { IMAGEHUB_ADMIN_PASSWORD: ADMIN_PASSWORD },
    program = [process.execPath, join(import.meta.dirname, "../bin/imagehub")],
  }: Pick<HubProcessOptions, "environment" | "program"> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const [file = "", ...rest] = program;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("IMAGEHUB_"));
  return spawn(file, [...rest, ...args], {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The content of a file as soon as it appears anew in its folder. */
async function waitForFile(folder: string, name: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(folder, { persistent: false }, (_event, changed) => {
    // What an earlier hub left is removed first.
    if (changed === name && existsSync(join(folder, name))) resolve();
  });
  await promise;
  watcher.close();
  return readFile(join(folder, name), "utf8");
}
