import assert from "node:assert/strict";
import { after, test } from "node:test";
import { join } from "node:path";
import { ADMIN_PASSWORD, openWorkbench, readmeImage, skipWithout, waitForImage } from "./workbench.ts";

const skip = skipWithout("podman");
const bench = await openWorkbench();
const { hub } = bench;
after(() => bench.close());

/** vfs works in every sandbox, and the folders keep the machine's own images out of it. */
function podman(...args: string[]): Promise<string> {
  const storage = [
    "--root",
    join(bench.home, "images"),
    "--runroot",
    join(bench.home, "run"),
    "--storage-driver",
    "vfs",
  ];
  return bench.run("podman", [...storage, ...args]);
}

test("podman logs in, pushes, searches, and pulls anonymously", { skip }, async () => {
  const source = await bench.layout("image", await readmeImage("podman"));
  const name = `${hub.host}/labring/podman:v1`;
  await podman("login", "--tls-verify=false", "-u", "admin", "-p", ADMIN_PASSWORD, hub.host);
  await podman("pull", `oci:${source}`);
  const id = (await podman("images", "-q")).trim();
  await podman("push", "--tls-verify=false", id, name);
  await waitForImage(hub, "labring/podman:v1");
  await podman("logout", hub.host);
  await podman("rmi", "-f", id);

  const found = await podman("search", "--tls-verify=false", "--format", "{{.Name}}", `${hub.host}/podman`);
  assert.match(found, new RegExp(`${hub.host}/labring/podman`));
  await podman("pull", "--tls-verify=false", name);
  await assert.rejects(
    podman("push", "--tls-verify=false", name),
    /unauthorized|authentication required|insufficient|denied|may not/i,
  );
});
