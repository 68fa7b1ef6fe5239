import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "./digest.ts";
import { blobsOf, parseManifest, parsePushedManifest, requiredBlobsOf } from "./manifest.ts";
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  DOCKER_SCHEMA_1,
  OCI_ARTIFACT,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
} from "./media-types.ts";

const digest = digestOf(Buffer.from("x"));
const config = { mediaType: OCI_CONFIG, digest, size: 1 };
const layer = { mediaType: OCI_LAYER, digest: digestOf(Buffer.from("y")), size: 2 };
const image = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] };

const BAD: [string, unknown, string | undefined, RegExp][] = [
  ["what is not JSON", "{", undefined, /not JSON/],
  ["a list", [], undefined, /document/],
  ["an image without config", { ...image, config: undefined }, undefined, /config is missing/],
  ["layers that are no list", { ...image, layers: "none" }, undefined, /layers/],
  ["a negative size", { ...image, config: { ...config, size: -1 } }, undefined, /config.size/],
  ["a size that is no number", { ...image, config: { ...config, size: "1" } }, undefined, /config.size/],
  [
    "a layer with a bad digest",
    { ...image, layers: [layer, { ...layer, digest: "sha256:x" }] },
    undefined,
    /layers\[1\]\.digest/,
  ],
  ["a Content-Type that differs from mediaType", image, DOCKER_MANIFEST, /differs from the Content-Type/],
  ["an unknown media type", { ...image, mediaType: "text/x" }, undefined, /unsupported media type/],
  [
    "Docker's schema 1",
    { schemaVersion: 1, name: "a/b", fsLayers: [] },
    DOCKER_SCHEMA_1[1],
    /skopeo copy --format v2s2/,
  ],
  [
    "an index without manifests",
    { schemaVersion: 2, mediaType: OCI_INDEX },
    undefined,
    /manifests is missing/,
  ],
];

for (const [what, document, contentType, why] of BAD) {
  test(`parseManifest() rejects ${what}`, () => {
    const bytes = Buffer.from(typeof document === "string" ? document : JSON.stringify(document));
    assert.throws(() => parseManifest(bytes, contentType), { code: "MANIFEST_INVALID", message: why });
  });
}

/** What it is → the document, its Content-Type, and what is wrong. */
const OF_TWO_KINDS: [string, object, string | undefined, RegExp][] = [
  ["an image with manifests", { ...image, manifests: [] }, undefined, /^Cannot read manifest: manifests is/],
  [
    "an untyped image with manifests",
    { config, layers: [], manifests: [] },
    OCI_MANIFEST,
    /manifests is not/,
  ],
  ["an untyped index with a config", { config, manifests: [] }, OCI_INDEX, /config is not taken/],
  ["an untyped list with layers", { layers: [], manifests: [] }, DOCKER_LIST, /layers is not taken/],
  ["an untyped image as an artifact", { config, layers: [] }, OCI_ARTIFACT, /config is not taken/],
];

for (const [what, document, contentType, why] of OF_TWO_KINDS) {
  test(`parsePushedManifest() rejects ${what}, which is read where it is stored`, () => {
    const bytes = Buffer.from(JSON.stringify(document));
    assert.throws(() => parsePushedManifest(bytes, contentType), { code: "MANIFEST_INVALID", message: why });
    assert.equal(parse(document, contentType).mediaType, contentType ?? OCI_MANIFEST);
  });
}

test("parseManifest() takes the media type from the document, else from Content-Type, else from the shape", () => {
  const { mediaType: _, ...untyped } = image;
  assert.equal(parse(image).mediaType, OCI_MANIFEST);
  assert.equal(parse(untyped, `${DOCKER_MANIFEST}; charset=utf-8`).mediaType, DOCKER_MANIFEST);
  assert.equal(parse(untyped).mediaType, OCI_MANIFEST);
  assert.equal(parse({ schemaVersion: 2, manifests: [] }).kind, "index");
  assert.equal(parse({ schemaVersion: 2, manifests: [] }, DOCKER_LIST).mediaType, DOCKER_LIST);
});

test("null is taken for what is absent, as programs in Go write it, and half a platform for none", () => {
  const nulls = { artifactType: null, subject: null, annotations: null };
  const parsed = parse({
    ...image,
    ...nulls,
    layers: null,
    config: { ...config, platform: null, urls: null },
  });
  assert.deepEqual([parsed.layers, parsed.subject, parsed.annotations], [[], undefined, {}]);
  assert.deepEqual(parse({ mediaType: OCI_INDEX, manifests: null }).manifests, []);
  const half = { ...config, mediaType: OCI_MANIFEST, platform: { os: "linux" } };
  const [entry] = parse({ mediaType: OCI_INDEX, manifests: [half] }).manifests;
  assert.equal(entry?.platform, undefined);
  for (const platform of [{ os: 1, architecture: "arm64" }, "linux", ["linux"]]) {
    const wrong = { mediaType: OCI_INDEX, manifests: [{ ...half, platform }] };
    assert.throws(() => parse(wrong), { code: "MANIFEST_INVALID", message: /platform/ });
  }
});

test("an artifact's type is that of its config when it names none", () => {
  assert.equal(parse(image).artifactType, OCI_CONFIG);
  assert.equal(parse({ ...image, artifactType: "text/sbom" }).artifactType, "text/sbom");
});

test("blobsOf() gives each blob once; requiredBlobsOf() leaves out layers that live elsewhere", () => {
  const foreign = {
    ...layer,
    mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    digest: digestOf(Buffer.from("z")),
  };
  const manifest = parse({ ...image, layers: [layer, layer, foreign, { ...foreign, digest: layer.digest }] });
  assert.deepEqual(digestsOf(blobsOf(manifest)), [config.digest, layer.digest, foreign.digest]);
  assert.deepEqual(digestsOf(requiredBlobsOf(manifest)), [config.digest, layer.digest]);
});

function digestsOf(descriptors: { digest: string }[]): string[] {
  return descriptors.map((one) => one.digest);
}

function parse(document: object, contentType?: string) {
  return parseManifest(Buffer.from(JSON.stringify(document)), contentType);
}
