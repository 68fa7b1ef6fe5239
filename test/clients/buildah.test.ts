import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { ADMIN_PASSWORD, openWorkbench, skipWithout, waitForImage } from "./workbench.ts";

const skip = skipWithout("buildah");
const bench = await openWorkbench();
const { hub } = bench;
after(() => bench.close());

function buildah(...args: string[]): Promise<string> {
  const storage = [
    "--root",
    join(bench.home, "images"),
    "--runroot",
    join(bench.home, "run"),
    "--storage-driver",
    "vfs",
  ];
  return bench.run("buildah", [...storage, ...args]);
}

test(
  "an image that buildah builds and pushes has a page, and buildah pulls it anonymously",
  { skip },
  async () => {
    await writeFile(
      join(bench.home, "README.md"),
      "---\ndescription: Built here\nkeywords: [one, two]\n---\n# buildah\n",
    );
    const container = (await buildah("from", "scratch")).trim();
    await buildah("copy", container, join(bench.home, "README.md"), "/README.md");
    await buildah("config", "--label", "org.opencontainers.image.url=example.com", container);
    await buildah("commit", container, "built");
    await buildah("login", "--tls-verify=false", "-u", "admin", "-p", ADMIN_PASSWORD, hub.host);
    const name = `${hub.host}/labring/buildah:v1`;
    await buildah("push", "--tls-verify=false", "built", `docker://${name}`);
    const image = await waitForImage(hub, "labring/buildah:v1");
    const { docs, description, keywords, url } = image.status.detail as Record<string, unknown>;
    assert.deepEqual(
      [String(docs).trim(), description, keywords, url],
      ["# buildah", "Built here", ["one", "two"], "example.com"],
    );
    await buildah("logout", hub.host);
    await buildah("pull", "--tls-verify=false", name);
  },
);
