import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ownStorage, tlsVerify } from "./containers.ts";
import { expectImages, waitForImage } from "./images.ts";
import { ADMIN_PASSWORD, testClient } from "./workbench.ts";

const README = "---\ndescription: Built here\nkeywords: [one, two]\n---\n# buildah\n";

testClient(
  "buildah",
  "builds an image that gets a page, pushes it, a list with it, and pulls",
  async (bench) => {
    const buildah = (...args: string[]) => bench.run("buildah", [...ownStorage(bench), ...args]);
    const tls = tlsVerify(bench);
    const at = (name: string) => `docker://${bench.host}/${name}`;
    await buildah("login", ...tls, "-u", "admin", "-p", ADMIN_PASSWORD, bench.host);
    await writeFile(join(bench.home, "README.md"), README);
    const container = (await buildah("from", "scratch")).trim();
    await buildah("copy", container, join(bench.home, "README.md"), "/README.md");
    await buildah("config", "--label", "org.opencontainers.image.url=example.com", container);
    await buildah("commit", container, "built");
    await buildah("push", ...tls, "built", at("labring/buildah:v1"));
    const {
      status: { detail },
    } = await waitForImage(bench.hub, "labring/buildah:v1");
    assert.deepEqual(
      [detail.docs?.trim(), detail.description, detail.keywords, detail.url],
      ["# buildah", "Built here", ["one", "two"], "example.com"],
    );

    await buildah("manifest", "create", "list");
    await buildah("manifest", "add", ...tls, "list", at("labring/buildah:v1"));
    await buildah("manifest", "push", "--all", ...tls, "list", at("labring/buildah:list"));
    assert.equal(
      (await waitForImage(bench.hub, "labring/buildah:list")).status.detail.docs?.trim(),
      "# buildah",
    );
    await buildah("logout", bench.host);
    await buildah("pull", ...tls, at("labring/buildah:list"));
    const names = ["labring/buildah:v1", "labring/buildah:list", "labring/buildah:latest → list"];
    await expectImages(bench.hub, names);
  },
);
