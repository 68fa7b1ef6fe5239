import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { buildImage, buildTar, type TestLayer } from "../../test/image-builder.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { inspectImage } from "./inspect-image.ts";
import type { Inspection, UnavailableReason } from "./inspection.ts";
import { DEFAULT_LIMITS, type InspectionLimits } from "./limits.ts";
import { createMemorySource, type MemorySource, type PushedImage } from "./memory-source.ts";
import { loadTarget } from "./target.ts";

const README = { files: { "README.md": "below" } };
const MIB = 1024 * 1024;

/** Layers above a good README, none of which lets it be known whether that still shows. */
const hostile: [
  title: string,
  layer: () => Promise<TestLayer>,
  reason: UnavailableReason,
  message: RegExp,
][] = [
  [
    "a truncated gzip layer",
    async () => ({ bytes: (await gzipOf({ a: "x" })).subarray(0, -9) }),
    "LayerCorrupt",
    /end of file/,
  ],
  [
    "a truncated zstd layer",
    async () => ({ bytes: zstdCompressSync(await buildTar({ a: "x" })).subarray(0, -9) }),
    "LayerCorrupt",
    /end of file/,
  ],
  [
    "a truncated tar",
    async () => ({ bytes: (await buildTar({ a: "x".repeat(2000) })).subarray(0, 1000) }),
    "LayerCorrupt",
    /end of data/,
  ],
  ["a layer that is no tar", async () => ({ bytes: Buffer.alloc(4096, "no tar ") }), "LayerCorrupt", /tar/],
  ["a gzip of no tar", async () => ({ bytes: gzipSync(Buffer.alloc(4096, "x")) }), "LayerCorrupt", /tar/],
  [
    "a broken gzip",
    async () => ({ bytes: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255]) }),
    "LayerCorrupt",
    /invalid/,
  ],
  [
    "a layer with another digest",
    async () => ({ bytes: await gzipOf({ a: "x" }), digest: digestOf(Buffer.from("another")) }),
    "LayerCorrupt",
    /another digest/,
  ],
  [
    "an entry that climbs out of the root",
    async () => ({ files: { "../README.md": "outside", ".wh.README.md": "" } }),
    "LayerCorrupt",
    /"\.\.\/README\.md" leaves the root/,
  ],
  [
    "an encrypted layer",
    async () => ({
      bytes: Buffer.alloc(4096, 7),
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
    }),
    "LayerEncrypted",
    /encrypted/,
  ],
  [
    "an xz layer",
    async () => ({
      bytes: Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), Buffer.alloc(600)]),
    }),
    "LayerUnsupported",
    /xz/,
  ],
  ["a bzip2 layer", async () => ({ bytes: Buffer.from("BZh91AY&SY....") }), "LayerUnsupported", /bzip2/],
  [
    "an extended header of 5 MiB",
    async () => ({ bytes: paxHeader(5 * MIB) }),
    "LayerCorrupt",
    /Header exceeds max size/,
  ],
];

for (const [title, layer, reason, message] of hostile) {
  test(`${title} ends in a page without README and ${reason}`, async () => {
    const image = await buildImage({
      layers: [README, await layer()],
      config: { created: "2024-05-06T07:08:09.123456789Z", config: { Labels: LABELS } },
      annotations: { "org.opencontainers.image.url": "https://example.org" },
    });
    const inspection = await inspect(image);
    assert.equal(inspection.unavailable?.reason, reason);
    assert.match(inspection.unavailable?.message ?? "", message);
    assert.equal(inspection.detail.docs, undefined);
    assert.partialDeepStrictEqual(inspection, {
      detail: { arch: "amd64", description: "a thing", url: "https://example.org" },
      createdAt: "2024-05-06T07:08:09Z",
      platforms: [{ os: "linux", architecture: "amd64", digest: image.digest }],
    });
  });
}

test("a stored layer that is shorter than its manifest says is refused, though what is there is whole", async () => {
  const image = await buildImage({ layers: [README, { files: { a: "", b: "" }, compression: "none" }] });
  const [, , layer] = [...image.blobs.keys()];
  assert.ok(layer);
  image.blobs.set(layer, (await buildTar({ a: "", b: "" })).subarray(0, 512));
  const { unavailable } = await inspect(image);
  assert.equal(unavailable?.reason, "LayerCorrupt");
  assert.match(unavailable?.message ?? "", /ends after 512 of 2048 bytes/);
});

test("a README before the place where its layer is truncated is shown", async () => {
  const tar = await buildTar({ "README.md": "whole", big: "x".repeat(10_000) });
  const { detail, unavailable } = await inspect(
    await buildImage({ layers: [{ bytes: tar.subarray(0, 5000) }] }),
  );
  assert.deepEqual([detail.docs, unavailable], ["whole", undefined]);
});

test("a README above a hostile layer is shown", async () => {
  const image = await buildImage({
    layers: [{ bytes: Buffer.from("junk") }, { files: { "README.md": "above" } }],
  });
  const { detail, unavailable } = await inspect(image);
  assert.deepEqual([detail.docs, unavailable], ["above", undefined]);
});

test("an entry that climbs out of the root does not hide a README that is there", async () => {
  const image = await buildImage({ layers: [README, { files: { "../README.md": "outside" } }] });
  const { detail, unavailable } = await inspect(image);
  assert.deepEqual([detail.docs, unavailable], ["below", undefined]);
});

test("a layer or config that is not stored is named", async () => {
  const image = await buildImage({ layers: [README] });
  const [config, layer] = [...image.blobs.keys()] as [Digest, Digest];
  image.blobs.delete(layer);
  const withoutLayer = await inspect(image);
  assert.deepEqual(withoutLayer.unavailable, {
    reason: "ContentMissing",
    message: `Cannot read blob ${layer}: it is not stored`,
  });
  image.blobs.delete(config);
  const { warnings } = await inspect(image);
  assert.deepEqual(warnings.at(-1), {
    reason: "ConfigInvalid",
    message: `Cannot read blob ${config}: it is not stored`,
  });
});

test("a gzip bomb is read no further than the limit on what is unpacked", async () => {
  const image = await buildImage({ layers: [README, { bytes: gzipBomb(64) }] });
  const inspection = await inspect(image, { unpackedBytes: 8 * MIB });
  assert.equal(inspection.unavailable?.reason, "LayerTooLarge");
  assert.match(inspection.unavailable?.message ?? "", /^Cannot look for README further than 8388608 bytes/);
});

test("a layer that unpacks to more than its share is refused before the limit on the whole", async () => {
  const image = await buildImage({ layers: [README, { bytes: gzipBomb(8) }] });
  const inspection = await inspect(image, { freeUnpackedBytes: MIB });
  assert.match(inspection.unavailable?.message ?? "", /further than 1048576 bytes unpacked from \d+:/);
});

test("an image is read no further than the limit on its layers as stored", async () => {
  const noise = await buildTar({ a: "x".repeat(MIB) });
  const image = await buildImage({ layers: [README, { bytes: noise }, { files: { b: "" } }] });
  const source = createMemorySource(image);
  const inspection = await inspect(image, { compressedBytes: MIB / 2 }, source);
  assert.match(inspection.unavailable?.message ?? "", /further than 524288 bytes of layers/);
  const read = [...source.readBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  assert.ok(read < MIB, `${read} bytes were read`);
});

test("an image is read no further than the limit on its files", async () => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`file-${index}`, ""]));
  const image = await buildImage({ layers: [README, { files }] });
  const inspection = await inspect(image, { entries: 10 });
  assert.match(inspection.unavailable?.message ?? "", /further than 10 files/);
});

test("links that send the search through the layers again count against the same limits", async () => {
  const links = Object.fromEntries(
    Array.from({ length: 5 }, (_, index) => [`l${index}`, { symlink: `l${index + 1}` }]),
  );
  const image = await buildImage({
    layers: [{ files: { pad: "", ...links, "README.md": { symlink: "l0" } } }],
  });
  const inspection = await inspect(image, { entries: 12 });
  assert.equal(inspection.unavailable?.reason, "LayerTooLarge");
});

test("a README without end is kept to its limit", async () => {
  const image = await buildImage({ layers: [{ files: { "README.md": "line\n".repeat(10_000) } }] });
  const { detail, warnings } = await inspect(image, { readmeBytes: 1000 });
  assert.equal(detail.docs?.length, 1000);
  assert.deepEqual(
    warnings.map(({ reason }) => reason),
    ["ReadmeTruncated"],
  );
});

test("a storage that fails is no finding about the image", async () => {
  const image = await buildImage({ layers: [README] });
  const source = createMemorySource(image);
  const target = await loadTarget(source, REPOSITORY, image.digest);
  const broken = { read: () => Promise.reject(new Error("disk on fire")) };
  await assert.rejects(inspectImage(target, broken), { name: "StorageReadError" });
});

const REPOSITORY = parseRepositoryName("library/test");
const LABELS = { "org.opencontainers.image.description": "a thing" };

async function inspect(
  image: PushedImage,
  limits: Partial<InspectionLimits> = {},
  source: MemorySource = createMemorySource(image),
): Promise<Inspection> {
  const target = await loadTarget(source, REPOSITORY, image.digest);
  return inspectImage(target, source, { limits: { ...DEFAULT_LIMITS, ...limits } });
}

async function gzipOf(files: Record<string, string>): Promise<Buffer> {
  return gzipSync(await buildTar(files));
}

/** A file of zeros, of so many MiB, packed a MiB at a time: gzip members may follow each other. */
function gzipBomb(sizeMib: number): Buffer {
  const member = gzipSync(Buffer.alloc(MIB));
  const header = gzipSync(tarHeader("zeros", { type: "0", size: sizeMib * MIB }));
  return Buffer.concat([header, ...Array.from({ length: sizeMib }, () => member)]);
}

function paxHeader(size: number): Buffer {
  return Buffer.concat([tarHeader("PaxHeader", { type: "x", size }), Buffer.alloc(size)]);
}

/** A ustar header by hand, for what no tool makes. */
function tarHeader(name: string, { type, size }: { type: string; size: number }): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${size.toString(8).padStart(11, "0")} `, 124);
  header.write(" ".repeat(8), 148);
  header.write(type, 156);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
