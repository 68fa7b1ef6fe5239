import assert from "node:assert/strict";
import { tlsVerify } from "./containers.ts";
import { expectImages, readmeIndex, waitForImage } from "./images.ts";
import { ADMIN_PASSWORD, testClient } from "./workbench.ts";

testClient(
  "skopeo",
  "logs in, pushes an index, lists, copies, converts, pulls and deletes",
  async (bench) => {
    const skopeo = (...args: string[]) => bench.run("skopeo", args);
    const at = (name: string) => `docker://${bench.host}/${name}`;
    const [any, from, to] = [tlsVerify(bench), tlsVerify(bench, "src-"), tlsVerify(bench, "dest-")];
    const index = await readmeIndex("skopeo");
    const source = `oci:${await bench.layout("index", index)}`;
    const login = ["login", ...any, "-u", "admin"];
    await assert.rejects(skopeo(...login, "-p", "wrong", bench.host), /wrong/);
    await bench.run("skopeo", [...login, "--password-stdin", bench.host], ADMIN_PASSWORD);
    await skopeo("copy", "--all", ...to, source, at("labring/skopeo:v1"));
    const listed = await skopeo("list-tags", ...any, at("labring/skopeo"));
    assert.deepEqual((JSON.parse(listed) as { Tags: string[] }).Tags, ["latest", "v1"]);

    await skopeo("copy", "--all", ...from, ...to, at("labring/skopeo:latest"), at("other/copy:v1"));
    const raw = await skopeo("inspect", "--raw", ...any, at("other/copy:v1"));
    assert.equal(raw, Buffer.from(index.manifest).toString());
    const convert = ["copy", "--format", "v2s2", ...from, ...to];
    await skopeo(...convert, at("labring/skopeo:v1"), at("labring/docker-types:v1"));
    const converted = await skopeo("inspect", "--raw", ...any, at("labring/docker-types:v1"));
    const { mediaType } = JSON.parse(converted) as { mediaType: string };
    assert.equal(mediaType, "application/vnd.docker.distribution.manifest.v2+json");
    await assert.rejects(
      skopeo("copy", ...to, source, at("skopeo:v1")),
      /use org\/name, for example library/,
    );

    await skopeo("delete", ...any, at("labring/docker-types:v1"));
    await assert.rejects(skopeo("inspect", ...any, at("labring/docker-types:v1")), /manifest unknown/);
    await skopeo("logout", bench.host);
    await assert.rejects(
      skopeo("delete", ...any, at("labring/skopeo:v1")),
      /unauthorized|authentication|denied/i,
    );
    await skopeo("copy", "--all", ...from, at("labring/skopeo:v1"), `oci:${bench.home}/pulled`);

    assert.equal(
      (await waitForImage(bench.hub, "labring/skopeo:v1")).status.detail.docs?.trim(),
      "# skopeo amd64",
    );
    await expectImages(bench.hub, [
      "labring/skopeo:v1",
      "labring/skopeo:latest → v1",
      "other/copy:v1",
      "other/copy:latest → v1",
    ]);
  },
);
