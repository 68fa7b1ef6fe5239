import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pushImage } from "../registry-client.ts";
import { startDaemon } from "./daemon.ts";
import { expectImages, readmeIndex, waitForImage } from "./images.ts";
import { ADMIN_PASSWORD, testClient, type Workbench } from "./workbench.ts";

testClient("containerd", "pulls anonymously by hosts.toml, and pushes", async (bench) => {
  const daemon = await startContainerd(bench);
  try {
    await useContainerd(bench);
  } finally {
    await daemon.stop();
  }
});

async function useContainerd(bench: Workbench): Promise<void> {
  const ctr = (...args: string[]) => bench.run("ctr", ["--address", socketOf(bench), "images", ...args]);
  const name = `${bench.host}/labring/containerd:v1`;
  const copy = `${bench.host}/other/copy:v1`;
  const index = await readmeIndex("containerd");
  await pushImage(bench.hub, index, { repository: "labring/containerd", reference: "v1" });
  const hosts = ["--hosts-dir", await writeHosts(bench)];
  await ctr("pull", ...hosts, "--snapshotter", "native", "--all-platforms", name);
  await ctr("tag", name, copy);
  await assert.rejects(ctr("push", ...hosts, copy), /unauthorized|denied|401|insufficient_scope/i);
  await ctr("push", ...hosts, "--user", `admin:${ADMIN_PASSWORD}`, copy);
  assert.equal(
    (await waitForImage(bench.hub, "other/copy:v1")).status.detail.docs?.trim(),
    "# containerd amd64",
  );
  const images = ["labring/containerd:v1", "labring/containerd:latest → v1"];
  await expectImages(bench.hub, [...images, "other/copy:v1", "other/copy:latest → v1"]);
}

/** As below /etc/containerd/certs.d. */
async function writeHosts({ home, host, isTls, authority }: Workbench): Promise<string> {
  const folder = join(home, "certs.d");
  const url = `${isTls ? "https" : "http"}://${host}`;
  const authorities = isTls ? `ca = "${authority}"\n` : "";
  await mkdir(join(folder, host), { recursive: true });
  await writeFile(join(folder, host, "hosts.toml"), `server = "${url}"\n[host."${url}"]\n${authorities}`);
  return folder;
}

async function startContainerd(bench: Workbench) {
  const config = join(bench.home, "containerd.toml");
  const folders = { root: join(bench.home, "containerd"), state: join(bench.home, "containerd-state") };
  await writeFile(
    config,
    `version = 2
root = "${folders.root}"
state = "${folders.state}"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "${socketOf(bench)}"
`,
  );
  return startDaemon("containerd", ["--config", config], {
    environment: bench.environment,
    isReady: () => existsSync(socketOf(bench)),
  });
}

function socketOf({ home }: Workbench): string {
  return join(home, "containerd.sock");
}
