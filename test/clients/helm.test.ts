import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expectImages, waitForImage } from "./images.ts";
import { ADMIN_PASSWORD, testClient } from "./workbench.ts";

const CHART = `apiVersion: v2
name: demo
version: 1.2.3+build.4
description: A chart to try
icon: https://example.com/icon.svg
home: https://example.com
keywords: [one, two]
`;
const TEMPLATE = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: demo }\n";

testClient("helm", "logs in, pushes a chart that gets a page, shows, pulls and renders it", async (bench) => {
  const helm = (...args: string[]) => bench.run("helm", args);
  const tls = bench.isTls ? ["--ca-file", bench.authority] : ["--plain-http"];
  const folder = join(bench.home, "demo");
  await mkdir(join(folder, "templates"), { recursive: true });
  await writeFile(join(folder, "Chart.yaml"), CHART);
  await writeFile(join(folder, "README.md"), "# Demo\n");
  await writeFile(join(folder, "templates/map.yaml"), TEMPLATE);
  await helm("package", folder);
  const archive = "demo-1.2.3+build.4.tgz";
  const chart = `oci://${bench.host}/charts/demo`;
  await assert.rejects(
    helm("push", archive, `oci://${bench.host}/charts`, ...tls),
    /UNAUTHORIZED|denied|401|403/i,
  );
  const login = ["registry", "login", "-u", "admin", "--password-stdin", ...tls, bench.host];
  await bench.run("helm", login, ADMIN_PASSWORD);
  await helm("push", archive, `oci://${bench.host}/charts`, ...tls);
  await helm("registry", "logout", bench.host);

  const version = ["--version", "1.2.3+build.4"];
  assert.match(await helm("show", "chart", chart, ...version, ...tls), /^description: A chart to try$/m);
  await helm("pull", chart, ...version, ...tls, "--untar", "--untardir", "pulled");
  assert.match(await helm("template", chart, ...version, ...tls), /kind: ConfigMap/);

  // Helm writes the + of a version as _, which a tag may have.
  const {
    status: { detail },
  } = await waitForImage(bench.hub, "charts/demo:1.2.3_build.4");
  assert.deepEqual(
    [detail.docs?.trim(), detail.description, detail.icon, detail.url, detail.keywords],
    ["# Demo", "A chart to try", "https://example.com/icon.svg", "https://example.com", ["one", "two"]],
  );
  await expectImages(bench.hub, ["charts/demo:1.2.3_build.4", "charts/demo:latest → 1.2.3_build.4"]);
});
