import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants, open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** A registry that runs, as the load generator sees it. */
export interface Target {
  name: string;
  url: string;
  pid: number;
  /** Who may push; none where the registry asks nobody. */
  login?: { name: string; password: string };
  /** From the start of the process until it was ready, of a hub that was measured so. */
  startMs?: number;
}

export interface RunningTarget extends Target {
  /** Ends the process. */
  stop(): Promise<void>;
}

/** How one registry is started. */
export interface TargetKind {
  name: string;
  /** Measured only when it is named. */
  onRequest?: boolean;
  /** @returns undefined when this machine has no such program */
  start(folder: string): Promise<RunningTarget | undefined>;
}

export interface Program {
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** Where what it prints goes: peers call each blob that is not there yet an error. */
  log: string;
}

/** Starts a program that goes on; `ready` is asked until it says at which URL the program answers. */
export async function startTarget(
  name: string,
  program: Program,
  ready: () => Promise<string | undefined>,
): Promise<RunningTarget> {
  const log = await open(program.log, "w");
  const child = spawn(program.command, program.args, {
    env: { ...process.env, ...program.env },
    stdio: ["ignore", log.fd, log.fd],
  });
  await once(child, "spawn");
  await log.close();
  try {
    const url = await poll(child, { name, ready });
    return { name, url, pid: child.pid ?? 0, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw new Error(`${String(error)}\n${await readFile(program.log, "utf8")}`, { cause: error });
  }
}

/** @returns the path of a program on PATH or among Go's, undefined when it is on neither */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), join(homedir(), "go/bin")];
  for (const folder of folders) {
    const path = join(folder, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    ) {
      return path;
    }
  }
  return undefined;
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return address !== null && typeof address === "object" ? address.port : 0;
}

/** Whether a registry answers that asks nobody who it is. */
export async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/v2/`).then(
    (response) => response.ok,
    () => false,
  );
}

async function poll(
  child: ChildProcess,
  { name, ready }: { name: string; ready: () => Promise<string | undefined> },
): Promise<string> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const url = await ready();
    if (url !== undefined) {
      return url;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Cannot start ${name}: it ended or did not answer within ${START_MS / 1000} s`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}

const START_MS = 30_000;
const POLL_MS = 50;
