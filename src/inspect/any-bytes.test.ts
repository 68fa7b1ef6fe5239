import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { Value } from "typebox/value";
import { buildImage, buildTar, type ImageOptions } from "../../test/image-builder.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { Detail, ImageType, MAX_DOCS_BYTES } from "../resources/detail.ts";
import { PlatformStatus } from "../resources/image.ts";
import { inspectImage } from "./inspect-image.ts";
import type { Inspection } from "./inspection.ts";
import { createMemorySource } from "./memory-source.ts";
import { loadTarget } from "./target.ts";

const tar = await buildTar({
  "docs/": "",
  "docs/a.md": "# Title\n\nSome text.\n",
  link: { hardLink: "docs/a.md" },
  ".wh.README.md": "",
  "readme.md": { symlink: "docs/../link" },
});
const archives = [tar, gzipSync(tar), zstdCompressSync(tar)];

/** An archive with bytes changed here and there, cut somewhere, and something behind it. */
const brokenArchive = fc
  .record({
    archive: fc.constantFrom(...archives),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
    cut: fc.option(fc.nat()),
    tail: fc.uint8Array({ maxLength: 20 }),
  })
  .map(({ archive, changes, cut, tail }) => {
    const bytes = Buffer.from(archive);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return Buffer.concat([bytes.subarray(0, cut === null ? undefined : cut % bytes.length), tail]);
  });
const anyBytes = fc.uint8Array({ maxLength: 2000 });

const anyText = fc.string({ unit: "binary", maxLength: 200 });
const beginning = fc.constantFrom(
  "",
  "---\n",
  "---\nkeywords: ",
  "\uFEFF",
  "<!--",
  "# a\n",
  "---\nurl: a.b\n---\n",
);
const anyReadme = fc
  .tuple(
    beginning,
    fc.oneof(fc.string({ maxLength: 500 }), anyText),
    anyBytes,
    fc.constantFrom("utf8", "utf16le"),
  )
  .map(([start, text, bytes, encoding]) =>
    Buffer.concat([Buffer.from(start + text, encoding as "utf8"), bytes]),
  );

const anyLabels = fc.dictionary(
  fc.constantFrom(
    "org.opencontainers.image.description",
    "org.opencontainers.image.title",
    "org.opencontainers.image.url",
    "org.opencontainers.image.created",
    "io.artifacthub.package.keywords",
    "io.artifacthub.package.logo-url",
    "sealos.io.type",
  ),
  fc.oneof(anyText, fc.string({ minLength: 900, maxLength: 3000 }), fc.webUrl()),
);
const anyConfig = fc.record(
  {
    os: fc.jsonValue(),
    architecture: fc.oneof(anyText, fc.jsonValue()),
    variant: fc.jsonValue(),
    created: fc.oneof(fc.date().map(String), fc.jsonValue()),
    config: fc.oneof(fc.record({ Labels: anyLabels }), fc.jsonValue()),
  },
  { requiredKeys: [] },
);

test("whatever bytes a layer has, the answer is an Inspection within the limits", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyBytes, brokenArchive), async (bytes) => {
      const inspection = await inspect({ layers: [{ files: { "README.md": "below" } }, { bytes }] });
      assertWithinLimits(inspection);
    }),
    { numRuns: 150 },
  );
});

test("whatever a README, a config and annotations say, the answer is an Inspection within the limits", async () => {
  await fc.assert(
    fc.asyncProperty(anyReadme, anyConfig, anyLabels, async (readme, config, annotations) => {
      const inspection = await inspect({ layers: [{ files: { "README.md": readme } }], config, annotations });
      assertWithinLimits(inspection);
      assert.equal(inspection.unavailable, undefined);
    }),
    { numRuns: 150 },
  );
});

function assertWithinLimits(inspection: Inspection): void {
  const { detail, platforms, type, warnings } = inspection;
  assert.deepEqual([...Value.Errors(Detail, detail)], []);
  assert.ok(type === undefined || Value.Check(ImageType, type));
  assert.ok(platforms.every((platform) => Value.Check(PlatformStatus, platform)));
  assert.ok(Buffer.byteLength(detail.docs ?? "") <= MAX_DOCS_BYTES);
  assert.ok(warnings.every(({ message }) => message.length < 1000));
  assert.ok(JSON.stringify(inspection).isWellFormed());
  assert.doesNotMatch(JSON.stringify(inspection), /\\u0000|\\ud[89a-f]/);
}

async function inspect(options: ImageOptions): Promise<Inspection> {
  const image = await buildImage(options);
  const source = createMemorySource(image);
  return inspectImage(await loadTarget(source, REPOSITORY, image.digest), source);
}

const REPOSITORY = parseRepositoryName("library/test");
