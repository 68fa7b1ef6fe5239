import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { buildImage } from "../image-builder.ts";
import { pushImage } from "../registry-client.ts";
import { openWorkbench, skip, type Workbench } from "./workbench.ts";

const README = "---\ndescription: The most popular database\nkeywords: [mysql]\n---\n# MySQL\n";
const MYSQL = "image/labring.mysql.v8";

let bench: Workbench;
if (skip === false) {
  bench = await openWorkbench();
  const image = await buildImage({ layers: [{ files: { "README.md": README } }] });
  for (const reference of ["v8", "v9"]) {
    await pushImage(bench.hub, image, { repository: "labring/mysql", reference });
  }
  await bench.kubectl(["apply", "-f", join(import.meta.dirname, "images.yaml")]);
  await bench.hub.context.controllers.idle();
  await bench.hub.context.recorder.flush();
}
after(() => bench?.[Symbol.asyncDispose]());

const PRINTED: [title: string, args: string[], expected: RegExp[]][] = [
  [
    "get shows printer columns",
    ["get", "images"],
    [/^NAME +IMAGE +ARCH/m, /^labring\.mysql\.v8 +labring\/mysql:v8 /m],
  ],
  ["get -o wide shows more", ["get", "repo", "-o", "wide"], [/DESCRIPTION/, /The most popular database/]],
  ["short names and singulars", ["get", "img,repository,org"], [/labring\.mysql/]],
  ["a category", ["get", "imagehub"], [/repository\.imagehub\.sealos\.io\/labring\.mysql/, /organization\./]],
  ["-o yaml", ["get", MYSQL, "-o", "yaml"], [/kind: Image/, /description: The most popular database/]],
  [
    "-o jsonpath",
    ["get", MYSQL, "-o", "jsonpath={.status.detail.description}"],
    [/^The most popular database$/],
  ],
  [
    "-o custom-columns",
    ["get", "images", "-o", "custom-columns=N:.spec.name"],
    [/^N$/m, /^labring\/mysql:v9$/m],
  ],
  ["-o name", ["get", "images", "-o", "name"], [/^image\.imagehub\.sealos\.io\/labring\.helm\.v3\.14$/m]],
  [
    "by keyword label",
    ["get", "repo", "-l", "keyword.imagehub.sealos.io/mysql", "-o", "name"],
    [/labring\.mysql/],
  ],
  [
    "by field",
    ["get", "images", "--field-selector", "spec.name=labring/mysql:v9", "-o", "name"],
    [/^image[^\n]*v9\n$/],
  ],
  [
    "by visibility",
    ["get", "repo", "--field-selector", "spec.visibility=public", "-o", "name"],
    [/labring\.mysql/],
  ],
  ["--chunk-size", ["get", "images", "--chunk-size=1", "-o", "name"], [/v8\n/, /v9\n/, /helm/]],
  ["describe", ["describe", MYSQL], [/Name: +labring\.mysql\.v8/, /Conditions:/, /Ready/]],
  [
    "describe shows events",
    ["describe", "image/labring.helm.v3.14"],
    [
      /Events:\n +Type +Reason +Age +From +Message/,
      /Warning +NeverPushed +\S+ +imagehub +Nothing was pushed/,
    ],
  ],
  [
    "get events",
    ["get", "events"],
    [/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/m, /Normal +ImageShown +repository\/labring\.mysql /],
  ],
  [
    "get events of all namespaces, by field",
    ["get", "events", "-A", "--field-selector", "type=Warning,involvedObject.kind=Image", "-o", "name"],
    [/^event\/labring\.helm\.v3\.14\.[0-9a-f]{16}$/m],
  ],
  [
    "events",
    ["events", "--for", "repository.imagehub.sealos.io/labring.mysql"],
    [/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/m, /ImageShown +Repository\/labring\.mysql /],
  ],
  ["explain", ["explain", "image.spec.detail"], [/KIND: +Image/, /docs\s+<string>/, /README, in Markdown/]],
  ["explain a default", ["explain", "datapack.spec.expireTime"], [/<string>/, /1m to 24h; default 2h\./]],
  [
    "explain --recursive",
    ["explain", "repository", "--recursive"],
    [/immutableTags\s+<\[\]string>/, /status\s+<Object>/],
  ],
  [
    "api-resources",
    ["api-resources", "--api-group=imagehub.sealos.io"],
    [/^images +img +imagehub\.sealos\.io\/v1 +true +Image$/m],
  ],
  ["api-versions", ["api-versions"], [/^imagehub\.sealos\.io\/v1$/m]],
  ["auth can-i", ["auth", "can-i", "create", "images"], [/^yes$/m]],
  ["auth can-i everything", ["auth", "can-i", "*", "*"], [/^yes$/m]],
  ["auth can-i any verb", ["auth", "can-i", "*", "img"], [/^yes$/m]],
  ["auth can-i of status", ["auth", "can-i", "update", MYSQL, "--subresource=status"], [/^yes$/m]],
  ["auth whoami", ["auth", "whoami"], [/Username +admin/]],
  ["the namespace", ["get", "namespace", "sealos-imagehub"], [/sealos-imagehub +Active +\d+[smh]/]],
  ["wait for a condition", ["wait", "--for=condition=Ready", MYSQL, "--timeout=10s"], [/condition met/]],
  ["version", ["version"], [/Server Version: v/]],
];

for (const [title, args, expected] of PRINTED) {
  test(`${title}: kubectl ${args.join(" ")}`, { skip }, async () => {
    const output = await bench.kubectl(args);
    for (const pattern of expected) assert.match(output, pattern);
  });
}

test("more events than a page has are sorted by kubectl", { skip }, async () => {
  const { store, recorder } = bench.hub.context;
  const about = await store.get("Repository", "labring.mysql");
  for (let number = 0; number < 600; number += 1) {
    const { metadata } = about;
    const other = {
      ...about,
      metadata: { ...metadata, name: `r${number}`, uid: `${metadata.uid}${number}` },
    };
    recorder.record({ about: other, type: "Normal", reason: "Counted", message: `It is number ${number}` });
    if (number % 100 === 0) await recorder.flush();
  }
  await recorder.flush();
  const args = ["get", "events", "--field-selector", "reason=Counted", "-o", "name"];
  const output = await bench.kubectl([...args, "--sort-by=.lastTimestamp"]);
  assert.equal(output.trim().split("\n").length, 600);
});

test("nobody is impersonated", { skip }, async () => {
  const { code, stderr } = await bench.tryKubectl(["get", "images", "--as", "bob"]);
  assert.equal(code, 1);
  assert.match(stderr, /does not support impersonation .*use a token of the user/);
});

test("what is not there is told as Kubernetes does", { skip }, async () => {
  const { code, stderr } = await bench.tryKubectl(["get", "image", "nobody.knows"]);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /Error from server \(NotFound\): images\.imagehub\.sealos\.io "nobody\.knows" not found/,
  );
});

test("get -w tells of changes as they happen", { skip }, async () => {
  const watch = bench.start(["get", "images", "-w", "-o", "name"]);
  try {
    const lines = createInterface({ input: watch.stdout as NodeJS.ReadableStream });
    const seen: string[] = [];
    lines.on("line", (line) => seen.push(line));
    while (seen.length < 4) await once(lines, "line");
    const before = seen.length;
    await bench.kubectl(["label", "image/labring.helm.v3.14", "watched=yes", "--overwrite"]);
    while (seen.length === before) await once(lines, "line");
    assert.equal(seen.at(-1), "image.imagehub.sealos.io/labring.helm.v3.14");
  } finally {
    watch.kill();
    await once(watch, "close");
  }
});
