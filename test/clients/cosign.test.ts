import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pushImage } from "../registry-client.ts";
import { expectImages, readmeImage } from "./images.ts";
import { ADMIN_PASSWORD, testClient, type Workbench } from "./workbench.ts";

/** A key pair, and no service of the world: no log, no timestamps. */
async function prepare(bench: Workbench) {
  bench.environment["COSIGN_PASSWORD"] = "";
  const cosign = (...args: string[]) => bench.run("cosign", args);
  const image = await readmeImage("cosign");
  await pushImage(bench.hub, image, { repository: "labring/cosign", reference: "v1" });
  await writeFile(join(bench.home, "sbom.json"), '{"spdxVersion":"SPDX-2.3"}');
  await cosign("login", bench.host, "-u", "admin", "-p", ADMIN_PASSWORD);
  await cosign("generate-key-pair");
  return {
    cosign,
    name: `${bench.host}/labring/cosign@${image.digest}`,
    tag: image.digest.replace(":", "-"),
    tls: bench.isTls ? ["--registry-cacert", bench.authority] : ["--allow-http-registry"],
    verified: ["--key", "cosign.pub", "--insecure-ignore-tlog"],
    attestation: ["--type", "spdxjson", "--predicate", "sbom.json"],
  };
}

const PAGES = ["labring/cosign:v1", "labring/cosign:latest → v1"];

testClient("cosign", "signs and attests by referrers", async (bench) => {
  const { cosign, name, tls, verified, attestation } = await prepare(bench);
  await cosign("signing-config", "create", "--out", "offline.json");
  const offline = ["--key", "cosign.key", "--signing-config", "offline.json", "-y"];
  await cosign("sign", ...tls, ...offline, name);
  await cosign("verify", ...tls, ...verified, name);
  await cosign("attest", ...tls, ...offline, ...attestation, name);
  await cosign("verify-attestation", ...tls, ...verified, "--type", "spdxjson", name);
  assert.equal((await cosign("tree", ...tls, name)).match(/via OCI referrer/g)?.length, 2);
  await expectImages(bench.hub, PAGES);
});

testClient("cosign", "signs, attests and attaches by tags, and cleans up", async (bench) => {
  const { cosign, name, tag, tls, verified, attestation } = await prepare(bench);
  const byTag = ["--new-bundle-format=false", "--use-signing-config=false", "--tlog-upload=false"];
  const offline = ["--key", "cosign.key", ...byTag, "-y"];
  await cosign("sign", ...tls, ...offline, name);
  await cosign("verify", ...tls, ...verified, "--new-bundle-format=false", name);
  await cosign("attest", ...tls, ...offline, ...attestation, name);
  await cosign(
    "verify-attestation",
    ...tls,
    ...verified,
    "--new-bundle-format=false",
    "--type",
    "spdxjson",
    name,
  );
  await cosign("attach", "sbom", ...tls, "--sbom", "sbom.json", name);
  const tree = await cosign("tree", ...tls, name);
  for (const kind of ["sig", "att", "sbom"]) assert.match(tree, new RegExp(`${tag}\\.${kind}`));
  await expectImages(bench.hub, PAGES);
  await cosign("clean", ...tls, "-f", name);
  await assert.rejects(
    cosign("verify", ...tls, ...verified, "--new-bundle-format=false", name),
    /no signatures/,
  );
  await expectImages(bench.hub, PAGES);
});
