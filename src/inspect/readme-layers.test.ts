import assert from "node:assert/strict";
import { test } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { buildImage, buildTar, type TestFile, type TestLayer } from "../../test/image-builder.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { inspectImage } from "./inspect-image.ts";
import type { Inspection } from "./inspection.ts";
import { createMemorySource } from "./memory-source.ts";
import { loadTarget } from "./target.ts";

type Files = Record<string, TestFile>;

const LONG = `${"directory/".repeat(500)}a.md`;

/** README that comes out of layers, the lowest first; undefined: there is none. */
const cases: [title: string, layers: Files[], docs: string | undefined][] = [
  ["is found at the root", [{ "README.md": "hello" }], "hello"],
  ["is found with ./ before its name", [{ "./": "", "./README.md": "hello" }], "hello"],
  ["is found with / before its name", [{ "/README.md": "hello" }], "hello"],
  ["is found in any case", [{ "ReadMe.MD": "hello" }], "hello"],
  ["is found by .. inside the root", [{ "docs/../README.md": "hello" }], "hello"],
  ["is README.md before other cases", [{ "readme.md": "b", "README.md": "a", "Readme.md": "c" }], "a"],
  ["is the first of other cases by code", [{ "readme.md": "b", "README.MD": "a", "Readme.md": "c" }], "a"],
  ["is found in the first of 40 layers", [{ "README.md": "deep" }, ...fillers(39)], "deep"],
  ["is replaced by a later layer", [{ "README.md": "old" }, { x: "" }, { "README.md": "new" }], "new"],
  ["is what the highest layer calls it", [{ "README.md": "base" }, { "readme.md": "app" }], "app"],
  ["is not one in a folder", [{ "docs/README.md": "no" }], undefined],
  ["is not a name that ends alike", [{ "MYREADME.md": "no", "README.md.bak": "no" }], undefined],
  ["is not there when it is empty", [{ "README.md": " \n" }], undefined],
  ["is gone by a whiteout", [{ "README.md": "old" }, { ".wh.README.md": "" }], undefined],
  ["is gone by an opaque root", [{ "README.md": "old" }, { ".wh..wh..opq": "" }], undefined],
  ["comes back after a whiteout", [{ "README.md": "a" }, { ".wh.README.md": "" }, { "README.md": "b" }], "b"],
  ["stays beside a whiteout in its own layer", [{ ".wh..wh..opq": "", "README.md": "new" }], "new"],
  ["stays when another case is deleted", [{ "README.md": "a" }, { ".wh.readme.md": "" }], "a"],
  ["stays when another name is deleted", [{ "README.md": "a" }, { ".wh.README.md.bak": "" }], "a"],
  ["is not a directory", [{ "README.md/": "" }], undefined],
  ["is hidden by a directory above", [{ "README.md": "old" }, { "README.md/": "" }], undefined],
  ["follows an absolute link", [{ "docs/README.md": "d", "README.md": { symlink: "/docs/README.md" } }], "d"],
  ["follows a relative link", [{ "docs/a.md": "d", "README.md": { symlink: "docs/./a.md" } }], "d"],
  [
    "follows a link into a lower layer",
    [{ "docs/a.md": "d" }, { "README.md": { symlink: "docs/a.md" } }],
    "d",
  ],
  [
    "follows a link into a higher layer",
    [{ "README.md": { symlink: "docs/a.md" } }, { "docs/a.md": "d" }],
    "d",
  ],
  ["follows a link that climbs, to the root", [{ "a.md": "d", "README.md": { symlink: "../../a.md" } }], "d"],
  [
    "follows links through linked directories",
    [
      { "usr/share/docs/a.md": "d", share: { symlink: "usr/share" } },
      { "README.md": { symlink: "share/docs/a.md" } },
    ],
    "d",
  ],
  [
    "follows links from where they are",
    [{ "docs/en/a.md": "d", "docs/a.md": { symlink: "en/a.md" }, "README.md": { symlink: "docs/a.md" } }],
    "d",
  ],
  ["follows a hard link", [{ "docs/a.md": "d", "README.md": { hardLink: "docs/a.md" } }], "d"],
  [
    "follows a hard link to what its layer saw",
    [{ "a.md": "then", "README.md": { hardLink: "a.md" } }, { "a.md": "now" }],
    "then",
  ],
  ["is none when a link leads nowhere", [{ "README.md": { symlink: "gone.md" } }], undefined],
  ["is none when a link leads to a directory", [{ "d/": "", "README.md": { symlink: "d" } }], undefined],
  ["is none when a link leads to itself", [{ "README.md": { symlink: "README.md" } }], undefined],
  ["is none when a hard link leads to itself", [{ "README.md": { hardLink: "README.md" } }], undefined],
  ["is none when a link's target is deleted", linkedThen({ "docs/.wh.a.md": "" }), undefined],
  ["is none when its target's folder is deleted", linkedThen({ ".wh.docs": "" }), undefined],
  ["is none when its target's folder is opaque", linkedThen({ "docs/.wh..wh..opq": "" }), undefined],
  ["is none when its target's folder became a file", linkedThen({ docs: "a file" }), undefined],
  [
    "is none when its target's folder was a link, and became a directory",
    [{ "en/a.md": "d", docs: { symlink: "en" }, "README.md": { symlink: "docs/a.md" } }, { "docs/": "" }],
    undefined,
  ],
  [
    "is none when a path is longer than Linux opens",
    [{ [LONG]: "d", "README.md": { symlink: LONG } }],
    undefined,
  ],
  [
    "follows links that climb out of a folder",
    [{ "a.md": "d", "docs/b.md": { symlink: "../a.md" }, "README.md": { symlink: "docs/b.md" } }],
    "d",
  ],
  ["follows 8 links", [chain(8)], "end"],
  ["does not follow 9 links", [chain(9)], undefined],
];

for (const [title, layers, docs] of cases) {
  test(`README ${title}`, async () => {
    const { detail, unavailable } = await inspectLayers(layers.map((files) => ({ files })));
    assert.deepEqual({ docs: detail.docs, unavailable }, { docs, unavailable: undefined });
  });
}

test("README is read from gzip, zstd and plain layers, whatever their media type says", async () => {
  for (const compression of ["gzip", "zstd", "none"] as const) {
    for (const mediaType of [undefined, "application/vnd.oci.image.layer.v1.tar+gzip", "application/x-tar"]) {
      const layer = { files: { "README.md": compression }, compression, ...(mediaType && { mediaType }) };
      assert.equal((await inspectLayers([layer])).detail.docs, compression);
    }
  }
});

test("README is read from zstd that begins with a frame to skip", async () => {
  const frame = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  const bytes = Buffer.concat([frame, zstdCompressSync(await buildTar({ "README.md": "hello" }))]);
  assert.equal((await inspectLayers([{ bytes }])).detail.docs, "hello");
});

test("README is read from a tar without the ustar mark", async () => {
  const bytes = await buildTar({ "README.md": "hello" });
  const sum = bytes.subarray(257, 265).reduce((total, byte) => total + byte, 0);
  bytes.fill(0, 257, 265);
  const checksum = Number.parseInt(bytes.toString("latin1", 148, 154), 8) - sum;
  bytes.write(checksum.toString(8).padStart(6, "0"), 148);
  assert.equal((await inspectLayers([{ bytes }])).detail.docs, "hello");
});

test("README is read from Docker's media types", async () => {
  const inspection = await inspectLayers([{ files: { "README.md": "hello" } }], "docker");
  assert.equal(inspection.detail.docs, "hello");
});

test("README is looked for beside layers that live elsewhere", async () => {
  const foreign = {
    bytes: Buffer.from("not here"),
    mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
  };
  const { detail, unavailable } = await inspectLayers([
    foreign,
    { files: { "README.md": "hello" } },
    foreign,
  ]);
  assert.deepEqual([detail.docs, unavailable], ["hello", undefined]);
});

test("README on top is found without reading what is below", async () => {
  const image = await buildImage({
    layers: [{ files: { big: "x".repeat(100_000) } }, { files: { "README.md": "top" } }],
  });
  const source = createMemorySource(image);
  const target = await loadTarget(source, REPOSITORY, image.digest);
  await inspectImage(target, source);
  const read = target.image?.manifest.layers.map(({ digest }) => source.readBytes.has(digest));
  assert.deepEqual(read, [false, true]);
});

const REPOSITORY = parseRepositoryName("library/test");

async function inspectLayers(layers: TestLayer[], format: "oci" | "docker" = "oci"): Promise<Inspection> {
  const image = await buildImage({ layers, format });
  const source = createMemorySource(image);
  return inspectImage(await loadTarget(source, REPOSITORY, image.digest), source);
}

function fillers(count: number): Files[] {
  return Array.from({ length: count }, (_, index) => ({ [`file-${index}`]: "x" }));
}

function linkedThen(top: Files): Files[] {
  return [{ "docs/": "", "docs/a.md": "d", "README.md": { symlink: "docs/a.md" } }, top];
}

function chain(length: number): Files {
  const links = Array.from({ length }, (_, index): [string, TestFile] => [
    index === 0 ? "README.md" : `link-${index}`,
    { symlink: `link-${index + 1}` },
  ]);
  return { ...Object.fromEntries(links), [`link-${length}`]: "end" };
}
