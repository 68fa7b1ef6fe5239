import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { openWorkbench, skip, type Workbench } from "./workbench.ts";

const IMAGES = join(import.meta.dirname, "images.yaml");
const SAMPLES = [IMAGES, join(import.meta.dirname, "datapack.yaml")];
const HELM = "image/labring.helm.v3.14";

let bench: Workbench;
if (skip === false) bench = await openWorkbench();
after(() => bench?.[Symbol.asyncDispose]());

for (const path of SAMPLES) {
  test(`apply ${path.split("/").at(-1)}, twice, without a diff`, { skip }, async () => {
    assert.match(await bench.kubectl(["apply", "-f", path]), / created/);
    const again = await bench.kubectl(["apply", "-f", path]);
    assert.match(again, / unchanged/);
    assert.doesNotMatch(again, / configured/);
    assert.equal(await bench.kubectl(["diff", "-f", path]), "");
  });
}

test(
  "the namespace is there for who makes it first, stays as it is, and is the only one",
  { skip },
  async () => {
    const metadata = { name: "sealos-imagehub", labels: { team: "x" } };
    const namespace = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata });
    const warned = await bench.tryKubectl(["apply", "-f", "-"], { input: namespace });
    assert.equal(warned.code, 0, warned.stderr);
    assert.match(warned.stderr, /Warning: the hub's namespace stays as it is/);
    await bench.kubectl(["apply", "--server-side", "-f", "-"], { input: namespace });
    const again = await bench.tryKubectl(["create", "namespace", "sealos-imagehub"]);
    assert.match(again.stderr, /\(AlreadyExists\).*namespaces "sealos-imagehub" already exists/);
    const other = await bench.tryKubectl(["create", "namespace", "other"]);
    assert.match(other.stderr, /namespaces "other" is forbidden: the hub has one namespace, sealos-imagehub/);
    const deleted = await bench.tryKubectl(["delete", "namespace", "sealos-imagehub", "--wait=false"]);
    assert.match(deleted.stderr, /namespaces "sealos-imagehub" is forbidden: .*stays as it is/);
    for (const change of ["label", "annotate"]) {
      const { code, stderr } = await bench.tryKubectl([change, "namespace", "sealos-imagehub", "team=x"]);
      assert.equal(code, 1);
      assert.match(stderr, /cannot patch resource "namespaces" .*: the hub's namespace stays as it is/);
    }
  },
);

test("apply --server-side takes the same, twice, and tells conflicts", { skip }, async () => {
  // The fields that client-side apply wrote are the same manager's.
  await bench.kubectl(["apply", "--server-side", "-f", IMAGES]);
  const version = await resourceVersion(HELM);
  await bench.kubectl(["apply", "--server-side", "-f", IMAGES]);
  assert.equal(await resourceVersion(HELM), version);
  const other = await bench.file("other.yaml", manifest({ url: "helm.sh" }));
  const apply = ["apply", "--server-side", "--field-manager=other", "-f", other];
  const { code, stderr } = await bench.tryKubectl(apply);
  assert.equal(code, 1);
  assert.match(stderr, /Apply failed with 1 conflict: conflict with "kubectl"[^:]*: \.spec\.detail\.url/);
  await bench.kubectl([...apply, "--force-conflicts"]);
  assert.equal(await field(HELM, ".spec.detail.url"), "helm.sh");
  // What a manager says no more goes, and what others say stays.
  await bench.file("other.yaml", manifest({}));
  await bench.kubectl(apply);
  assert.equal(await field(HELM, ".spec.detail.url"), "");
  assert.equal(await field(HELM, ".spec.detail.docs"), "MySQL docs");
});

test(
  "patch takes merge and JSON patches, and says that strategic ones are not for it",
  { skip },
  async () => {
    await bench.kubectl(["patch", HELM, "--type=merge", "-p", '{"spec":{"detail":{"url":"a.org"}}}']);
    assert.equal(await field(HELM, ".spec.detail.url"), "a.org");
    const operations = '[{"op":"replace","path":"/spec/detail/url","value":"b.org"}]';
    await bench.kubectl(["patch", HELM, "--type=json", "-p", operations]);
    assert.equal(await field(HELM, ".spec.detail.url"), "b.org");
    const strategic = await bench.tryKubectl(["patch", HELM, "--type=strategic", "-p", "{}"]);
    assert.match(strategic.stderr, /UnsupportedMediaType|unknown format/);
  },
);

test("label and annotate; derived labels cannot be taken for the user's", { skip }, async () => {
  await bench.kubectl(["label", HELM, "tier=gold"]);
  await bench.kubectl(["annotate", HELM, "note=mine"]);
  assert.equal(await field(HELM, ".metadata.labels.tier"), "gold");
  assert.equal(await field(HELM, ".metadata.annotations.note"), "mine");
  const { stderr } = await bench.tryKubectl(["label", HELM, "keyword.imagehub.sealos.io/foo="]);
  assert.match(
    stderr,
    /^Warning: .*keyword labels follow from spec\.detail\.keywords; put the keyword there/,
  );
  await bench.kubectl(["label", HELM, "imagehub.sealos.io/tag-"]);
  assert.equal(await field(HELM, String.raw`.metadata.labels.imagehub\.sealos\.io/tag`), "v3.14");
});

test("edit, by a script, and replace", { skip }, async () => {
  const editor = await bench.file("editor.sh", `#!/bin/sh\nsed -i 's/url: .*/url: edited.org/' "$1"\n`);
  const edited = await bench.tryKubectl(["edit", HELM], { env: { KUBE_EDITOR: `sh ${editor}` } });
  assert.equal(edited.code, 0, edited.stderr);
  assert.equal(await field(HELM, ".spec.detail.url"), "edited.org");
  // Its status is written after the edit, and that is another version.
  await bench.hub.context.controllers.idle();
  const json = JSON.parse(await bench.kubectl(["get", HELM, "-o", "json"])) as {
    spec: { detail: { url: string } };
  };
  json.spec.detail.url = "replaced.org";
  await bench.kubectl(["replace", "-f", "-"], { input: JSON.stringify(json) });
  assert.equal(await field(HELM, ".spec.detail.url"), "replaced.org");
  // It was made for the version before.
  const stale = await bench.tryKubectl(["replace", "-f", "-"], { input: JSON.stringify(json) });
  assert.match(stale.stderr, /Conflict|the object has been modified/);
});

test("create refuses what is there, and says what is wrong with what is not", { skip }, async () => {
  const again = await bench.tryKubectl(["create", "-f", IMAGES]);
  assert.match(again.stderr, /AlreadyExists/);
  const wrong = manifest({ url: "x" }).replace("labring.helm.v3.14", "mine");
  const { code, stderr } = await bench.tryKubectl(["create", "-f", "-"], { input: wrong });
  assert.equal(code, 1);
  assert.match(stderr, /metadata\.name: Invalid value: "mine": expected "labring\.helm\.v3\.14"/);
  const unknown = manifest({ url: "x" }).replace("detail:", "detial:");
  const strict = await bench.tryKubectl(["apply", "-f", "-"], { input: unknown });
  assert.match(strict.stderr, /unknown field "spec\.detial"/);
});

test("--dry-run=server says what would be, and changes nothing", { skip }, async () => {
  // What follows from the changes before is another version.
  await bench.hub.context.controllers.idle();
  const before = await resourceVersion(HELM);
  await bench.kubectl([
    "patch",
    HELM,
    "--type=merge",
    "-p",
    '{"spec":{"detail":{"url":"z"}}}',
    "--dry-run=server",
  ]);
  await bench.kubectl(["delete", HELM, "--dry-run=server"]);
  assert.equal(await resourceVersion(HELM), before);
});

test("delete --cascade does with what is owned as it says", { skip }, async () => {
  for (const [cascade, left] of [
    ["background", ""],
    ["foreground", ""],
    ["orphan", "datapack.imagehub.sealos.io/owned\n"],
  ] as const) {
    await bench.kubectl(["create", "-f", "-"], { input: pack("owner", "") });
    const uid = await field("datapack/owner", ".metadata.uid");
    const reference = `{apiVersion: imagehub.sealos.io/v1, kind: DataPack, name: owner, uid: ${uid}, blockOwnerDeletion: true}`;
    await bench.kubectl(["create", "-f", "-"], { input: pack("owned", `ownerReferences: [${reference}]`) });
    await bench.kubectl(["delete", "datapack", "owner", `--cascade=${cascade}`, "--timeout=10s"]);
    if (left === "") await bench.kubectl(["wait", "--for=delete", "datapack/owned", "--timeout=10s"]);
    assert.equal(await bench.kubectl(["get", "datapack", "owned", "--ignore-not-found", "-o", "name"]), left);
  }
  await bench.kubectl(["delete", "datapack", "owned"]);
});

test("delete by name and by label, --wait; a Repository goes with its last Image", { skip }, async () => {
  await bench.kubectl(["delete", HELM, "--wait"]);
  await bench.kubectl(["wait", "--for=delete", "repository/labring.helm", "--timeout=10s"]);
  await bench.kubectl(["delete", "images", "-l", "keyword.imagehub.sealos.io/mysql"]);
  assert.equal(await bench.kubectl(["get", "images", "-o", "name"]), "");
  await bench.kubectl(["wait", "--for=delete", "repository/labring.mysql", "--timeout=10s"]);
});

async function field(name: string, path: string): Promise<string> {
  return bench.kubectl(["get", name, "-o", `jsonpath={${path}}`]);
}

async function resourceVersion(name: string): Promise<string> {
  return field(name, ".metadata.resourceVersion");
}

function pack(name: string, metadata: string): string {
  return `apiVersion: imagehub.sealos.io/v1
kind: DataPack
metadata:
  name: ${name}
  ${metadata}
spec: {type: base, names: [labring/helm]}
`;
}

function manifest(detail: Record<string, string>): string {
  const lines = Object.entries(detail).map(([name, value]) => `    ${name}: ${value}`);
  return [
    "apiVersion: imagehub.sealos.io/v1",
    "kind: Image",
    "metadata:",
    "  name: labring.helm.v3.14",
    "spec:",
    "  name: labring/helm:v3.14",
    lines.length > 0 ? "  detail:" : "  detail: {}",
    ...lines,
    "",
  ].join("\n");
}
