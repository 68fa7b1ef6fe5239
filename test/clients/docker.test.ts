import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildTar } from "../image-builder.ts";
import { startDaemon } from "./daemon.ts";
import { expectImages, waitForImage } from "./images.ts";
import { ADMIN_PASSWORD, testClient, type Workbench } from "./workbench.ts";

/** What Docker would spend on trying again is ten times as long. */
const AT_ONCE_MS = 5000;

testClient("dockerd", "logs in, pushes, searches, and pulls anonymously", async (bench) => {
  const daemon = await startDockerd(bench);
  try {
    await useDocker(bench);
  } finally {
    await daemon.stop();
  }
});

async function useDocker(bench: Workbench): Promise<void> {
  const docker = (...args: string[]) => bench.run("docker", ["--host", socketOf(bench), ...args]);
  const name = `${bench.host}/labring/docker:v1`;
  const rootfs = join(bench.home, "rootfs.tar");
  await writeFile(rootfs, await buildTar({ "README.md": "# docker\n" }));
  await docker("import", rootfs, name);
  await assert.rejects(docker("push", name), /denied|unauthorized|authentication required/i);
  await bench.run(
    "docker",
    ["--host", socketOf(bench), "login", "-u", "admin", "--password-stdin", bench.host],
    ADMIN_PASSWORD,
  );
  await docker("push", name);
  assert.equal((await waitForImage(bench.hub, "labring/docker:v1")).status.detail.docs?.trim(), "# docker");

  await docker("tag", name, `${bench.host}/docker:v1`);
  const startedAt = performance.now();
  await assert.rejects(
    docker("push", `${bench.host}/docker:v1`),
    /use org\/name, for example library\/docker/,
  );
  assert.ok(performance.now() - startedAt < AT_ONCE_MS);

  await docker("logout", bench.host);
  await docker("rmi", name, `${bench.host}/docker:v1`);
  await docker("pull", name);
  assert.match(await docker("search", `${bench.host}/docker`), /labring\/docker/);
  await expectImages(bench.hub, ["labring/docker:v1", "labring/docker:latest → v1"]);
}

function startDockerd(bench: Workbench) {
  const inHome = (name: string) => join(bench.home, name);
  const folders = [
    "--data-root",
    inHome("dockerd"),
    "--exec-root",
    inHome("exec"),
    "--pidfile",
    inHome("pid"),
  ];
  const args = ["--host", socketOf(bench), ...folders, "--iptables=false", "--bridge=none"];
  return startDaemon("dockerd", args, {
    environment: bench.environment,
    isReady: () => existsSync(inHome("docker.sock")),
  });
}

function socketOf({ home }: Workbench): string {
  return `unix://${join(home, "docker.sock")}`;
}
