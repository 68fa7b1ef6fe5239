import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildImage, buildIndex, type TestImage, type TestLayer } from "../../test/image-builder.ts";
import { openBlobStorage } from "../blob-storage/open.ts";
import { parseDigest } from "../oci/digest.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { createInspector, type Inspector, type InspectorOptions } from "./inspector.ts";
import { createMemorySource } from "./memory-source.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "imagehub-inspect-"));
});
after(() => rm(folder, { recursive: true }));

test("inspect() reads an image out of file storage in a worker", async () => {
  const image = await store({ layers: [{ files: { "README.md": "# Title\n\nA database.\n" } }] });
  await using inspector = inspectorOf(image);
  const inspection = await inspector.inspect(REPOSITORY, image.digest);
  assert.partialDeepStrictEqual(inspection, {
    detail: { docs: "# Title\n\nA database.\n", description: "A database.", arch: "amd64" },
  });
  assert.equal(inspection.unavailable, undefined);
});

test("inspect() takes many images at once, with fewer workers", async () => {
  const image = await store({ layers: [{ files: { "README.md": "hello" } }] });
  await using inspector = inspectorOf(image, { workers: 2 });
  const all = await Promise.all(
    Array.from({ length: 10 }, () => inspector.inspect(REPOSITORY, image.digest)),
  );
  assert.ok(all.every(({ detail }) => detail.docs === "hello"));
});

test("inspect() reads an image once, and an index anew when what it names has come or gone", async () => {
  const [image, other] = [
    await store({ layers: [{ files: { "README.md": "one" } }] }),
    await store({ layers: [{ files: { "README.md": "two" } }] }),
  ];
  const index = buildIndex([
    { image, platform: { os: "linux", architecture: "amd64" } },
    { image: other, platform: { os: "linux", architecture: "arm64" } },
  ]);
  const missing = new Set([other.digest]);
  const { manifests, blobs } = createMemorySource(index);
  await using inspector = closing(
    createInspector({
      content: {
        blobs,
        manifests: {
          async find(repository, reference) {
            if ("digest" in reference && missing.has(reference.digest)) return undefined;
            return manifests.find(repository, reference);
          },
        },
      },
      storageUrl: `file:${folder}`,
    }),
  );
  const sparse = await inspector.inspect(REPOSITORY, index.digest);
  assert.equal(await inspector.inspect(REPOSITORY, index.digest), sparse);
  missing.clear();
  const whole = await inspector.inspect(REPOSITORY, index.digest);
  assert.deepEqual([sparse.platforms.length, whole.platforms.length], [1, 2]);
  missing.add(image.digest);
  assert.equal((await inspector.inspect(REPOSITORY, index.digest)).detail.docs, "two");
});

test("inspect() warns of the index that gives another size, and not of another index of the same image", async () => {
  const image = await store({ layers: [{ files: { "README.md": "sized" } }] });
  const platform = { os: "linux", architecture: "amd64" };
  const [wrong, right] = [buildIndex([{ image, platform, size: 7 }]), buildIndex([{ image, platform }])];
  await using inspector = inspectorOf([wrong, right, image]);
  for (const [index, reasons] of [
    [wrong, ["SizeDiffers"]],
    [right, []],
    [wrong, ["SizeDiffers"]],
  ] as const) {
    const { warnings } = await inspector.inspect(REPOSITORY, index.digest);
    assert.deepEqual(
      warnings.map(({ reason }) => reason),
      reasons,
    );
  }
});

test("readReadme() gives the whole README, and undefined where there is none", async () => {
  const readme = "a line of text, 32 bytes in all.\n".repeat(32 * 1024);
  const image = await store({ layers: [{ files: { "README.md": readme } }] });
  const bare = await store({ layers: [{ files: { a: "x" } }] });
  await using inspector = inspectorOf(image);
  assert.equal(await inspector.readReadme(REPOSITORY, image.digest), readme);
  await using other = inspectorOf(bare);
  assert.equal(await other.readReadme(REPOSITORY, bare.digest), undefined);
});

test("readReadme() says why a README cannot be read", async () => {
  const image = await store({ layers: [{ bytes: Buffer.from("junk") }] });
  await using inspector = inspectorOf(image);
  await assert.rejects(inspector.readReadme(REPOSITORY, image.digest), {
    name: "UnavailableError",
    reason: "LayerCorrupt",
  });
});

test("a manifest that is not stored is a finding", async () => {
  const image = await store({});
  await using inspector = inspectorOf(image);
  const digest = parseDigest(`sha256:${"0".repeat(64)}`);
  const { detail, unavailable } = await inspector.inspect(REPOSITORY, digest);
  assert.deepEqual([detail, unavailable?.reason], [{}, "ContentMissing"]);
});

test("a worker that takes too long is replaced, and facts are still given", async () => {
  const image = await store({
    layers: [endlessLayer()],
    config: { config: { Labels: { "org.opencontainers.image.description": "a thing" } } },
  });
  const good = await store({ layers: [{ files: { "README.md": "hello" } }] });
  await using inspector = inspectorOf([image, good], { limits: { ...UNLIMITED, timeoutMs: 300 } });
  const { detail, unavailable } = await inspector.inspect(REPOSITORY, image.digest);
  assert.deepEqual([detail.description, detail.arch], ["a thing", "amd64"]);
  assert.deepEqual(unavailable, {
    reason: "InspectionTimeout",
    message: "Cannot look for README longer than 300 ms: put it into the last layer",
  });
  assert.equal((await inspector.inspect(REPOSITORY, good.digest)).detail.docs, "hello");
});

test("a config that fills a worker's memory costs the worker, and no more", async () => {
  const image = await store({
    // Four million arrays: 4 MiB as JSON, some hundred in memory.
    config: Buffer.from(`[${"[],".repeat(1_398_000)}[]]`),
    annotations: { "org.opencontainers.image.description": "a thing" },
  });
  const good = await store({ layers: [{ files: { "README.md": "hello" } }] });
  await using inspector = inspectorOf([image, good], { limits: { heapMib: 16 } });
  const { detail, unavailable } = await inspector.inspect(REPOSITORY, image.digest);
  assert.deepEqual([detail.description, unavailable?.reason], ["a thing", "InspectionFailed"]);
  assert.match(unavailable?.message ?? "", /memory/);
  assert.equal((await inspector.inspect(REPOSITORY, good.digest)).detail.docs, "hello");
});

test("a bomb is read in a worker of small memory", async () => {
  const image = await store({ layers: [bombLayer(128)] });
  await using inspector = inspectorOf(image, { limits: { ...UNLIMITED, heapMib: 16 } });
  const rss = process.memoryUsage.rss();
  const { unavailable, detail } = await inspector.inspect(REPOSITORY, image.digest);
  assert.deepEqual([detail.docs, unavailable], [undefined, undefined]);
  const grownMib = (process.memoryUsage.rss() - rss) / MIB;
  assert.ok(grownMib < 100, `128 MiB of zeros took ${grownMib} MiB of memory`);
});

test("a storage that cannot be opened is an error, not a finding", async () => {
  const image = await buildImage({ layers: [{ files: { a: "x" } }] });
  await using inspector = closing(
    createInspector({ content: createMemorySource(image), storageUrl: "nowhere:x" }),
  );
  await assert.rejects(inspector.inspect(REPOSITORY, image.digest), /Cannot open storage "nowhere:x"/);
});

test("inspect() ends when its signal aborts, and the next one is served", async () => {
  const image = await store({ layers: [endlessLayer()] });
  const good = await store({ layers: [{ files: { "README.md": "hello" } }] });
  await using inspector = inspectorOf([image, good], { limits: UNLIMITED });
  const aborting = new AbortController();
  const inspecting = inspector.inspect(REPOSITORY, image.digest, { signal: aborting.signal });
  const next = inspector.inspect(REPOSITORY, good.digest);
  aborting.abort(new Error("enough"));
  await assert.rejects(inspecting, /enough/);
  assert.equal((await next).detail.docs, "hello");
});

test("close() ends what runs and what waits", async () => {
  const image = await store({ layers: [endlessLayer()] });
  const inspector = inspectorOf(image, { limits: UNLIMITED });
  const inspecting = [1, 2].map(() => inspector.inspect(REPOSITORY, image.digest));
  const settled = Promise.allSettled(inspecting);
  await inspector.close();
  for (const result of await settled) {
    assert.match(String(result.status === "rejected" && result.reason), /the inspector is closed/);
  }
});

const REPOSITORY = parseRepositoryName("library/test");
const MIB = 1024 * 1024;
const UNLIMITED = { unpackedBytes: Infinity, freeUnpackedBytes: Infinity };

async function store(options: Parameters<typeof buildImage>[0]): Promise<TestImage> {
  const image = await buildImage(options);
  const storage = await openBlobStorage(`file:${folder}`);
  for (const [digest, bytes] of image.blobs) {
    await storage.append(
      digest.replace(":", "-"),
      (async function* () {
        yield bytes;
      })(),
      { offset: 0 },
    );
    await storage.finish(digest.replace(":", "-"), digest);
  }
  await storage.close();
  return image;
}

function inspectorOf(
  images: TestImage | TestImage[],
  options: Partial<InspectorOptions> = {},
): Inspector & AsyncDisposable {
  const [first, ...rest] = [images].flat();
  assert.ok(first);
  const content = createMemorySource({ ...first, children: rest });
  return closing(createInspector({ content, storageUrl: `file:${folder}`, ...options }));
}

function closing(inspector: Inspector): Inspector & AsyncDisposable {
  return { ...inspector, [Symbol.asyncDispose]: () => inspector.close() };
}

/** A file of zeros, of so many MiB, that packs a thousandfold: gzip members may follow each other. */
function bombLayer(sizeMib: number): TestLayer {
  const member = gzipSync(Buffer.alloc(MIB));
  const header = Buffer.alloc(512);
  header.write("zeros");
  header.write(`${(sizeMib * MIB).toString(8).padStart(11, "0")} `, 124);
  header.write(" ".repeat(8), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return { bytes: Buffer.concat([gzipSync(header), ...Array.from({ length: sizeMib }, () => member)]) };
}

/** Takes longer to read than any test waits. */
function endlessLayer(): TestLayer {
  return bombLayer(8000);
}
