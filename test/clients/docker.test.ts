import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildTar } from "../image-builder.ts";
import { ADMIN_PASSWORD, openWorkbench, skipWithout, waitForImage } from "./workbench.ts";

const skip = skipWithout("dockerd");
const bench = await openWorkbench();
const { hub } = bench;
const socket = join(bench.home, "docker.sock");
let daemon: ReturnType<typeof spawn> | undefined;

before(async () => {
  if (skip !== false) return;
  daemon = spawn(
    "dockerd",
    [
      "--host",
      `unix://${socket}`,
      "--data-root",
      inHome("dockerd"),
      "--exec-root",
      inHome("exec"),
      "--pidfile",
      inHome("dockerd.pid"),
      "--iptables=false",
      "--bridge=none",
    ],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin` },
    },
  );
  await waitForDaemon(daemon);
});

after(async () => {
  if (daemon) {
    daemon.kill("SIGTERM");
    await once(daemon, "exit");
  }
  await bench.close();
});

test("docker logs in, pushes, searches, and pulls anonymously", { skip }, async () => {
  const rootfs = join(bench.home, "rootfs.tar");
  const name = `${hub.host}/labring/docker:v1`;
  await writeFile(rootfs, await buildTar({ "README.md": "# docker\n" }));
  await docker("import", rootfs, name);
  await assert.rejects(docker("push", name), /denied|unauthorized|authentication required|may not/i);
  await docker("login", "-u", "admin", "-p", ADMIN_PASSWORD, hub.host);
  await docker("push", name);
  assert.equal((await waitForImage(hub, "labring/docker:v1")).status.detail.docs?.trim(), "# docker");
  await docker("logout", hub.host);
  await docker("rmi", name);
  await docker("pull", name);
  assert.match(await docker("search", `${hub.host}/docker`), /labring\/docker/);
});

function inHome(name: string): string {
  return join(bench.home, name);
}

function docker(...args: string[]): Promise<string> {
  return bench.run("docker", ["--host", `unix://${socket}`, ...args]);
}

/** The daemon says on standard error when its API listens. */
async function waitForDaemon(child: ReturnType<typeof spawn>): Promise<void> {
  let log = "";
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
    if (log.includes("API listen on") && existsSync(socket)) resolve();
  });
  child.once("exit", () => reject(new Error(`dockerd ended:\n${log}`)));
  await promise;
}
