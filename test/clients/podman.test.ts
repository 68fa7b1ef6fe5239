import assert from "node:assert/strict";
import { ownStorage, tlsVerify } from "./containers.ts";
import { readmeImage, waitForImage } from "./images.ts";
import { ADMIN_PASSWORD, testClient } from "./workbench.ts";

testClient("podman", "logs in, pushes, searches, and pulls anonymously", async (bench) => {
  const podman = (...args: string[]) => bench.run("podman", [...ownStorage(bench), ...args]);
  const tls = tlsVerify(bench);
  const name = `${bench.host}/labring/podman:v1`;
  const login = [...ownStorage(bench), "login", ...tls, "-u", "admin", "--password-stdin", bench.host];
  await bench.run("podman", login, ADMIN_PASSWORD);
  await podman("pull", `oci:${await bench.layout("image", await readmeImage("podman"))}`);
  const id = (await podman("images", "-q")).trim();
  await podman("push", ...tls, id, name);
  await assert.rejects(
    podman("push", ...tls, id, `${bench.host}/podman:v1`),
    /use org\/name, for example library/,
  );
  await waitForImage(bench.hub, "labring/podman:v1");
  await podman("logout", bench.host);
  await podman("rmi", "-f", id);

  const found = await podman("search", ...tls, "--format", "{{.Name}}", `${bench.host}/podman`);
  assert.equal(found.trim(), `${bench.host}/labring/podman`);
  const repository = `${bench.host}/labring/podman`;
  const tags = await podman("search", ...tls, "--list-tags", "--format", "json", repository);
  assert.deepEqual(JSON.parse(tags), [{ Name: repository, Tags: ["latest", "v1"] }]);
  await podman("pull", ...tls, name);
  await assert.rejects(podman("push", ...tls, name), /unauthorized|authentication required|denied/i);
});
