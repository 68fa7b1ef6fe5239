import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

export interface Daemon {
  stop(): Promise<void>;
}

/** How often a daemon is asked whether it is there, and for how long. */
const LOOK_EVERY_MS = 50;
const START_TIMEOUT_MS = 30_000;

/** Starts a program that goes on running, and waits until it can be used. @throws with what it said when it ends */
export async function startDaemon(
  program: string,
  args: string[],
  { environment, isReady }: { environment: NodeJS.ProcessEnv; isReady: () => boolean | Promise<boolean> },
): Promise<Daemon> {
  const child = spawn(program, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (log += String(chunk)));
  const exited = once(child, "exit");
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${program} did not start:\n${log}`);
    }
    await pause(LOOK_EVERY_MS);
  }
  return {
    async stop() {
      if (child.exitCode === null) child.kill("SIGTERM");
      await exited;
    },
  };
}
