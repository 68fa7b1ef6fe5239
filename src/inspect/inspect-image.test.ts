import assert from "node:assert/strict";
import { test } from "node:test";
import { buildChart, buildImage, buildIndex, type ImageOptions } from "../../test/image-builder.ts";
import type { Digest } from "../oci/digest.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { MAX_DOCS_BYTES } from "../resources/detail.ts";
import { inspectImage, readWholeReadme } from "./inspect-image.ts";
import type { Inspection } from "./inspection.ts";
import { MAX_CONFIG_BYTES } from "./limits.ts";
import { createMemorySource, type PushedImage } from "./memory-source.ts";
import { loadTarget, type InspectionTarget } from "./target.ts";

test("an Inspection has the facts of a bare image", async () => {
  const image = await buildImage({
    layers: [{ files: { a: "x" } }],
    config: { created: "2024-05-06T07:08:09.5+02:00", architecture: "arm64", variant: "v8" },
  });
  const sizes = [...image.blobs.values()].map(({ length }) => length);
  const size = sizes.reduce((sum, length) => sum + length);
  const [config] = [...image.blobs.keys()];
  assert.deepEqual(await inspect(image), {
    detail: { ID: config, arch: "arm64" },
    createdAt: "2024-05-06T05:08:09Z",
    platforms: [{ os: "linux", architecture: "arm64", variant: "v8", digest: image.digest, size }],
    sizeBytes: size,
    warnings: [],
  });
});

test("front matter goes before annotations, these before labels, field by field", async () => {
  const inspection = await inspectWith({
    layers: [{ files: { "README.md": "---\ndescription: matter\nicon: relative.png\n---\nText.\n" } }],
    annotations: {
      "org.opencontainers.image.description": "annotation",
      "io.artifacthub.package.keywords": "a, b",
      "io.artifacthub.package.logo-url": "https://a.b/i.png",
    },
    config: {
      config: {
        Labels: {
          "io.artifacthub.package.keywords": "c",
          "org.opencontainers.image.source": "https://a.b/source",
          "sealos.io.type": "rootfs",
        },
      },
    },
  });
  assert.partialDeepStrictEqual(inspection, {
    detail: {
      docs: "Text.\n",
      description: "matter",
      keywords: ["a", "b"],
      icon: "https://a.b/i.png",
      url: "https://a.b/source",
    },
    type: "rootfs",
  });
  assert.match(inspection.warnings[0]?.message ?? "", /icon is ignored/);
});

test("an unusable value gives way to the next key", async () => {
  const { detail } = await inspectWith({
    annotations: {
      "org.opencontainers.image.url": "javascript:alert(1)",
      "org.opencontainers.image.documentation": "docs.example.org",
    },
  });
  assert.equal(detail.url, "docs.example.org");
});

test("a description that nobody gave comes from README, and else from the title", async () => {
  const annotations = { "org.opencontainers.image.title": "mysql" };
  const layers = [{ files: { "README.md": "# MySQL\n\nA database.\n" } }];
  assert.equal((await inspectWith({ annotations, layers })).detail.description, "A database.");
  assert.equal((await inspectWith({ annotations })).detail.description, "mysql");
});

test("a README of 1 MiB is cut at a line, and a warning says so", async () => {
  const readme = `${"a line of text, 32 bytes in all.\n".repeat(32 * 1024)}`;
  const image = await buildImage({ layers: [{ files: { "README.md": readme } }] });
  const { detail, warnings } = await inspect(image);
  const bytes = Buffer.byteLength(detail.docs ?? "");
  assert.ok(bytes <= MAX_DOCS_BYTES && bytes > MAX_DOCS_BYTES - 33, `${bytes}`);
  assert.ok(detail.docs?.endsWith(".\n"));
  assert.deepEqual(
    warnings.map(({ reason }) => reason),
    ["ReadmeTruncated"],
  );
  const { target, source } = await load(image);
  assert.equal(await readWholeReadme(target, source), readme);
});

test("a README in another encoding is shown, and a warning says so", async () => {
  const { detail, warnings } = await inspectWith({
    layers: [{ files: { "README.md": Buffer.from("d\u00e9j\u00e0 vu", "latin1") } }],
  });
  assert.equal(detail.docs, "déjà vu");
  assert.equal(warnings[0]?.reason, "ReadmeEncoding");
});

test("front matter that is broken leaves the page", async () => {
  const { detail, warnings } = await inspectWith({
    layers: [{ files: { "README.md": "---\nkeywords: [a\n---\n# Title\n" } }],
  });
  assert.equal(detail.docs, "# Title\n");
  assert.match(warnings[0]?.message ?? "", /line 3/);
});

const brokenConfigs: [title: string, config: ImageOptions["config"], warning: string | undefined][] = [
  ["is no JSON", Buffer.from("{"), "ConfigInvalid"],
  ["is no object", Buffer.from("null"), undefined],
  ["has other types", { architecture: 7, os: null, created: {}, config: "x" }, undefined],
  ["has labels of other types", { config: { Labels: { "sealos.io.type": 7 } } }, undefined],
  ["has no time", { created: "yesterday" }, undefined],
  ["has the zero time", { created: "0001-01-01T00:00:00Z" }, undefined],
  ["is larger than a config", Buffer.from(JSON.stringify("x".repeat(MAX_CONFIG_BYTES))), "ConfigInvalid"],
  ["has a very long name", { architecture: "x".repeat(10_000) }, undefined],
];

for (const [title, config, warning] of brokenConfigs) {
  test(`a config that ${title} leaves README and ID`, async () => {
    const inspection = await inspectWith({
      layers: [{ files: { "README.md": "hello" } }],
      ...(config && { config }),
    });
    assert.equal(inspection.detail.docs, "hello");
    assert.match(inspection.detail.ID ?? "", /^sha256:/);
    assert.deepEqual([inspection.createdAt, inspection.warnings[0]?.reason], [undefined, warning]);
    assert.ok((inspection.detail.arch?.length ?? 0) <= 255);
  });
}

test("of an index linux/amd64 is read, every real platform is listed, and its annotations go first", async () => {
  const [arm, amd, attestation] = await Promise.all([
    buildImage({ layers: [{ files: { "README.md": "arm" } }], config: { architecture: "arm64" } }),
    buildImage({
      layers: [{ files: { "README.md": "amd" } }],
      annotations: { "org.opencontainers.image.url": "https://image", "sealos.io.type": "patch" },
    }),
    buildImage({ layers: [{ bytes: Buffer.from("{}"), mediaType: "application/vnd.in-toto+json" }] }),
  ]);
  const index = buildIndex(
    [
      { image: arm, platform: { os: "linux", architecture: "arm64", variant: "v8" } },
      { image: amd, platform: { os: "linux", architecture: "amd64" } },
      { image: attestation, platform: { os: "unknown", architecture: "unknown" } },
    ],
    { annotations: { "org.opencontainers.image.url": "https://index" } },
  );
  const inspection = await inspect(index);
  assert.deepEqual(
    inspection.platforms.map(({ os, architecture, variant, digest }) => [os, architecture, variant, digest]),
    [
      ["linux", "arm64", "v8", arm.digest],
      ["linux", "amd64", undefined, amd.digest],
    ],
  );
  assert.partialDeepStrictEqual(inspection, {
    detail: { docs: "amd", arch: "amd64", url: "https://index" },
    type: "patch",
  });
  assert.equal(inspection.sizeBytes, inspection.platforms[1]?.size);
});

test("of an index the first stored real platform is read where linux/amd64 is missing", async () => {
  const missing = await buildImage({ layers: [{ files: { "README.md": "missing" } }] });
  const windows = await buildImage({ layers: [{ files: { "README.md": "windows" } }] });
  const index = buildIndex([
    { image: missing, platform: { os: "linux", architecture: "amd64" } },
    { image: windows, platform: { os: "windows", architecture: "amd64" } },
  ]);
  const inspection = await inspect({ ...index, children: [windows] });
  assert.equal(inspection.detail.docs, "windows");
  assert.deepEqual(
    inspection.platforms.map(({ os }) => os),
    ["windows"],
  );
});

test("an index that names no platforms has its first image's", async () => {
  const image = await buildImage({ layers: [{ files: { "README.md": "hello" } }] });
  const inspection = await inspect(buildIndex([{ image }]));
  assert.equal(inspection.detail.docs, "hello");
  assert.partialDeepStrictEqual(inspection.platforms, [
    { os: "linux", architecture: "amd64", digest: image.digest },
  ]);
});

test("an index of which nothing is stored says so", async () => {
  const image = await buildImage();
  const index = buildIndex([{ image, platform: { os: "linux", architecture: "amd64" } }], {
    annotations: { "org.opencontainers.image.description": "a thing" },
  });
  const inspection = await inspect({ ...index, children: [] });
  assert.equal(inspection.unavailable?.reason, "ContentMissing");
  assert.deepEqual([inspection.detail, inspection.platforms], [{ description: "a thing" }, []]);
});

test("a Helm chart gives the README and the words of its Chart.yaml", async () => {
  const chart = await buildChart({
    chart: {
      name: "mysql",
      version: "1.2.3",
      description: "A  chart",
      icon: "https://a.b/i.png",
      keywords: ["db", 7],
      home: "mysql.com",
      sources: ["https://a.b"],
    },
    files: {
      "charts/common/README.md": "not this",
      "README.md": "# Chart",
      "templates/README.md": "nor this",
    },
  });
  const inspection = await inspect(chart);
  assert.deepEqual(inspection.detail, {
    docs: "# Chart",
    description: "A chart",
    icon: "https://a.b/i.png",
    url: "mysql.com",
    ID: [...chart.blobs.keys()][0],
  });
  assert.deepEqual([inspection.type, inspection.platforms], ["chart", []]);
});

test("a Helm chart without words is called by its name", async () => {
  const { detail } = await inspect(
    await buildChart({ chart: { name: "mysql", version: "1", keywords: ["db"] } }),
  );
  assert.deepEqual([detail.description, detail.keywords], ["mysql", ["db"]]);
});

test("an artifact's blobs are not taken for layers", async () => {
  const inspection = await inspectWith({
    layers: [{ bytes: Buffer.from("{}"), mediaType: "application/spdx+json" }],
    manifest: { artifactType: "application/spdx+json" },
  });
  assert.equal(inspection.unavailable, undefined);
});

const REPOSITORY = parseRepositoryName("library/test");

async function inspectWith(options: ImageOptions): Promise<Inspection> {
  return inspect(await buildImage(options));
}

async function inspect(image: PushedImage): Promise<Inspection> {
  const { target, source } = await load(image);
  return inspectImage(target, source);
}

async function load(
  image: PushedImage,
): Promise<{ target: InspectionTarget; source: ReturnType<typeof createMemorySource> }> {
  const source = createMemorySource(image);
  return { source, target: await loadTarget(source, REPOSITORY, image.digest satisfies Digest) };
}
