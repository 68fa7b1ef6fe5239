import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildTar } from "../image-builder.ts";
import { expectImages, readmeImage, waitForImage } from "./images.ts";
import { ADMIN_PASSWORD, testClient } from "./workbench.ts";

testClient(
  "crane",
  "logs in, pushes, adds a layer, lists, copies, validates, deletes and pulls",
  async (bench) => {
    // It has no setting for an authority of its own.
    if (bench.isTls) bench.environment["SSL_CERT_FILE"] = bench.authority;
    const crane = (...args: string[]) => bench.run("crane", args);
    const lines = async (...args: string[]) => (await crane(...args)).trim().split("\n");
    const name = `${bench.host}/labring/crane`;
    const image = await readmeImage("crane");
    const login = ["auth", "login", "-u", "admin", "--password-stdin", bench.host];
    await bench.run("crane", login, ADMIN_PASSWORD);
    await crane("push", await bench.layout("image", image), `${name}:v1`);
    assert.deepEqual(await lines("digest", `${name}:v1`), [image.digest]);
    const layer = join(bench.home, "layer.tar");
    await writeFile(layer, await buildTar({ "README.md": "# added\n" }));
    await crane("append", "-b", `${name}:v1`, "-f", layer, "-t", `${name}:v2`);
    assert.equal((await waitForImage(bench.hub, "labring/crane:v2")).status.detail.docs?.trim(), "# added");

    assert.deepEqual(await lines("ls", name), ["latest", "v1", "v2"]);
    await crane("copy", `${name}:v1`, `${bench.host}/other/copy:v1`);
    assert.deepEqual(await lines("catalog", bench.host), ["labring/crane", "other/copy"]);
    await crane("validate", "--remote", `${bench.host}/other/copy:v1`);
    await crane("tag", `${name}:v2`, "v3");
    await crane("delete", `${name}:v3`);
    await assert.rejects(crane("digest", `${name}:v3`), /MANIFEST_UNKNOWN|404/);
    const refused = crane("copy", `${name}:v1`, `${bench.host}/crane:v1`);
    await assert.rejects(refused, /use org\/name, for example library/);
    await crane("auth", "logout", bench.host);
    await crane("pull", `${name}:v2`, join(bench.home, "pulled.tar"));
    const kept = ["v1", "v2", "latest → v2"].map((tag) => `labring/crane:${tag}`);
    await expectImages(bench.hub, [...kept, "other/copy:v1", "other/copy:latest → v1"]);
  },
);
