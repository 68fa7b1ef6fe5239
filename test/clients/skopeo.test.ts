import assert from "node:assert/strict";
import { after, test } from "node:test";
import { buildIndex } from "../image-builder.ts";
import { ADMIN_PASSWORD, openWorkbench, readmeImage, skipWithout, waitForImage } from "./workbench.ts";

const skip = skipWithout("skopeo");
const bench = await openWorkbench();
const { hub } = bench;
after(() => bench.close());
const at = (name: string) => `docker://${hub.host}/${name}`;

test("skopeo logs in, pushes, and anybody pulls the same bytes and reads the page", { skip }, async () => {
  const image = await readmeImage("skopeo");
  const source = await bench.layout("image", image);
  await assert.rejects(
    bench.run("skopeo", ["login", "--tls-verify=false", "-u", "admin", "-p", "wrong", hub.host]),
    /wrong/,
  );
  await bench.run(
    "skopeo",
    ["login", "--tls-verify=false", "-u", "admin", "--password-stdin", hub.host],
    ADMIN_PASSWORD,
  );
  await bench.run("skopeo", ["copy", "--dest-tls-verify=false", `oci:${source}`, at("labring/skopeo:v1")]);
  await bench.run("skopeo", ["logout", hub.host]);
  const inspected = JSON.parse(
    await bench.run("skopeo", ["inspect", "--tls-verify=false", at("labring/skopeo:v1")]),
  ) as { Digest: string; RepoTags: string[] };
  assert.equal(inspected.Digest, image.digest);
  assert.deepEqual(inspected.RepoTags, ["latest", "v1"]);
  await bench.run("skopeo", [
    "copy",
    "--src-tls-verify=false",
    at("labring/skopeo:latest"),
    `oci:${bench.home}/pulled`,
  ]);
  assert.equal((await waitForImage(hub, "labring/skopeo:v1")).status.detail.docs?.trim(), "# skopeo");
});

test(
  "skopeo copies a multi-platform index whole, and converts to Docker's media types",
  { skip },
  async () => {
    const platforms = ["amd64", "arm64"];
    const entries = await Promise.all(
      platforms.map(async (architecture) => ({
        image: await readmeImage(`index ${architecture}`, { architecture }),
        platform: { os: "linux", architecture },
      })),
    );
    const index = buildIndex(entries);
    const source = await bench.layout("index", index);
    const credentials = ["--dest-creds", `admin:${ADMIN_PASSWORD}`, "--dest-tls-verify=false"];
    await bench.run("skopeo", ["copy", "--all", ...credentials, `oci:${source}`, at("labring/index:v1")]);
    const raw = JSON.parse(
      await bench.run("skopeo", ["inspect", "--raw", "--tls-verify=false", at("labring/index:v1")]),
    ) as { manifests: { platform: { architecture: string } }[] };
    assert.deepEqual(
      raw.manifests.map(({ platform }) => platform.architecture),
      platforms,
    );
    await bench.run("skopeo", [
      "copy",
      "--format",
      "v2s2",
      "--src-tls-verify=false",
      ...credentials,
      at("labring/index:v1"),
      at("labring/docker-types:v1"),
    ]);
    const converted = JSON.parse(
      await bench.run("skopeo", ["inspect", "--raw", "--tls-verify=false", at("labring/docker-types:v1")]),
    ) as { mediaType: string };
    assert.equal(converted.mediaType, "application/vnd.docker.distribution.manifest.v2+json");
  },
);

test("skopeo deletes an image, and it is gone", { skip }, async () => {
  const source = await bench.layout("deleted", await readmeImage("deleted"));
  const credentials = `admin:${ADMIN_PASSWORD}`;
  await bench.run("skopeo", [
    "copy",
    "--dest-creds",
    credentials,
    "--dest-tls-verify=false",
    `oci:${source}`,
    at("labring/deleted:v1"),
  ]);
  await bench.run("skopeo", [
    "delete",
    "--creds",
    credentials,
    "--tls-verify=false",
    at("labring/deleted:v1"),
  ]);
  await assert.rejects(
    bench.run("skopeo", ["inspect", "--tls-verify=false", at("labring/deleted:v1")]),
    /manifest unknown|Cannot find/,
  );
});

test("skopeo is told why a one-part name is refused", { skip }, async () => {
  const source = await bench.layout("one-part", await readmeImage("one-part"));
  const push = bench.run("skopeo", [
    "copy",
    "--dest-creds",
    `admin:${ADMIN_PASSWORD}`,
    "--dest-tls-verify=false",
    `oci:${source}`,
    at("mysql:v1"),
  ]);
  await assert.rejects(push, /use org\/name, for example library\/mysql/);
});
