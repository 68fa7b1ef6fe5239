import assert from "node:assert/strict";
import { after, test } from "node:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildTar } from "../image-builder.ts";
import { ADMIN_PASSWORD, openWorkbench, readmeImage, skipWithout, waitForImage } from "./workbench.ts";

const skip = skipWithout("crane");
const bench = await openWorkbench();
const { hub } = bench;
after(() => bench.close());

test(
  "crane logs in, pushes an image and adds a layer; the page shows the README of the layer",
  { skip },
  async () => {
    const image = await readmeImage("crane");
    const source = await bench.layout("image", image);
    await bench.run("crane", ["auth", "login", "-u", "admin", "--password-stdin", hub.host], ADMIN_PASSWORD);
    await bench.run("crane", ["push", source, `${hub.host}/labring/crane:v1`]);
    assert.equal((await bench.run("crane", ["digest", `${hub.host}/labring/crane:v1`])).trim(), image.digest);
    const layer = join(bench.home, "layer.tar");
    await writeFile(layer, await buildTar({ "README.md": "# added\n" }));
    await bench.run("crane", [
      "append",
      "-b",
      `${hub.host}/labring/crane:v1`,
      "-f",
      layer,
      "-t",
      `${hub.host}/labring/crane:v2`,
    ]);
    assert.equal((await waitForImage(hub, "labring/crane:v2")).status.detail.docs?.trim(), "# added");
  },
);

test("crane lists tags and repositories, copies, validates, and deletes", { skip }, async () => {
  const name = `${hub.host}/labring/crane`;
  assert.deepEqual((await bench.run("crane", ["ls", name])).trim().split("\n"), ["latest", "v1", "v2"]);
  await bench.run("crane", ["copy", `${name}:v1`, `${hub.host}/other/copy:v1`]);
  assert.deepEqual((await bench.run("crane", ["catalog", hub.host])).trim().split("\n"), [
    "labring/crane",
    "other/copy",
  ]);
  await bench.run("crane", ["validate", "--remote", `${hub.host}/other/copy:v1`]);
  await bench.run("crane", ["delete", `${name}:v2`]);
  await assert.rejects(bench.run("crane", ["digest", `${name}:v2`]));
});

test("crane pulls anonymously", { skip }, async () => {
  await bench.run("crane", ["auth", "logout", hub.host]);
  await bench.run("crane", ["pull", `${hub.host}/labring/crane:v1`, join(bench.home, "pulled.tar")]);
});
