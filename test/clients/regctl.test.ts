import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pushImage } from "../registry-client.ts";
import { expectImages, readmeIndex } from "./images.ts";
import { ADMIN_PASSWORD, testClient } from "./workbench.ts";

testClient("regctl", "logs in, copies, lists, attaches, exports and deletes", async (bench) => {
  const { host } = bench;
  const regctl = (...args: string[]) => bench.run("regctl", args);
  const lines = async (...args: string[]) => (await regctl(...args)).trim().split("\n");
  const name = `${host}/labring/regctl`;
  const copy = `${host}/other/copy`;
  const tls = bench.isTls ? ["--cacert", await readFile(bench.authority, "utf8")] : ["--tls", "disabled"];
  await regctl("registry", "set", host, ...tls);
  await bench.run("regctl", ["registry", "login", "-u", "admin", "--pass-stdin", host], ADMIN_PASSWORD);
  const index = await readmeIndex("regctl");
  await pushImage(bench.hub, index, { repository: "labring/regctl", reference: "v1" });

  const put = ["artifact", "put", "--artifact-type", "example/sbom", "--subject", `${name}:v1`];
  await bench.run("regctl", put, "the parts");
  assert.match(await regctl("artifact", "list", `${name}:v1`), /example\/sbom/);
  await regctl("image", "copy", "--referrers", `${name}:v1`, `${copy}:v1`);
  assert.match(await regctl("artifact", "tree", `${copy}:v1`), /example\/sbom/);
  assert.deepEqual(await lines("image", "digest", `${copy}:v1`), [index.digest]);
  assert.deepEqual(await lines("tag", "ls", copy), ["latest", "v1"]);
  assert.deepEqual(await lines("repo", "ls", host), ["labring/regctl", "other/copy"]);

  await regctl("image", "copy", `${copy}:v1`, `${copy}:v2`);
  await regctl("tag", "rm", `${copy}:v2`);
  assert.deepEqual(await lines("tag", "ls", copy), ["latest", "v1"]);
  await regctl("manifest", "delete", `${copy}@${index.digest}`);
  await assert.rejects(regctl("manifest", "get", `${copy}:v1`), /not found/);
  await regctl("registry", "logout", host);
  await regctl("image", "export", `${name}:v1`, join(bench.home, "exported.tar"));
  await expectImages(bench.hub, ["labring/regctl:v1", "labring/regctl:latest → v1"]);
});
