import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fuzz, inBoundedTime, longText, parsedOr } from "../../test/fuzz.ts";
import { mutatedJson } from "../../test/mutated-json.ts";
import { isArtifact } from "./artifact.ts";
import { digestOf, isDigest } from "./digest.ts";
import { OciError } from "./errors.ts";
import { blobsOf, MAX_MANIFEST_BYTES, parseManifest, type Manifest } from "./manifest.ts";
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_ARTIFACT, OCI_INDEX, OCI_MANIFEST } from "./media-types.ts";

const descriptor = {
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  digest: digestOf(Buffer.from("x")),
  size: 1,
  annotations: { a: "b" },
};
const platform = { os: "linux", architecture: "arm64", variant: "v8" };
const common = { schemaVersion: 2, annotations: { title: "t" }, subject: descriptor, artifactType: "x/y" };
const DOCUMENTS = [
  { ...common, mediaType: OCI_MANIFEST, config: descriptor, layers: [descriptor, descriptor] },
  { schemaVersion: 2, mediaType: DOCKER_MANIFEST, config: descriptor, layers: [] },
  { ...common, mediaType: OCI_INDEX, manifests: [{ ...descriptor, platform }] },
  { schemaVersion: 2, mediaType: DOCKER_LIST, manifests: [{ ...descriptor, platform }] },
  { ...common, mediaType: OCI_ARTIFACT, blobs: [descriptor] },
];
const contentType = fc.option(
  fc.oneof(
    fc.constantFrom(OCI_MANIFEST, OCI_INDEX, DOCKER_LIST, "application/json", `${OCI_INDEX}; charset=x`, ";"),
    fc.string(),
    longText([";", " ", "a/b", '"', "="]),
  ),
  { nil: undefined },
);

test("whatever is done to a manifest, it is parsed to what the rest counts on, or is MANIFEST_INVALID", () => {
  fuzz(
    fc.property(mutatedJson(DOCUMENTS), contentType, (text, type) => {
      const bytes = Buffer.from(text);
      const manifest = inBoundedTime(() => parsedOr(OciError, () => parseManifest(bytes, type)));
      if (manifest) assertSound(manifest);
      assert.equal(Object.hasOwn(Object.prototype, "a"), false, "nothing reaches into what every object has");
    }),
    1500,
  );
});

test("any other bytes are no manifest, or a sound one", () => {
  fuzz(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map(Buffer.from)), (bytes) => {
      const manifest = parsedOr(OciError, () => parseManifest(bytes));
      if (manifest) assertSound(manifest);
    }),
    500,
  );
});

test("a manifest written anew is parsed to the same", () => {
  fuzz(
    fc.property(mutatedJson(DOCUMENTS), (text) => {
      const manifest = parsedOr(OciError, () => parseManifest(Buffer.from(text)));
      if (!manifest) return;
      const anew = Buffer.from(JSON.stringify(JSON.parse(text)));
      // JSON has one zero, and no number past 1e308.
      assert.equal(JSON.stringify(parseManifest(anew)), JSON.stringify(manifest));
    }),
    300,
  );
});

/** The largest documents that are taken, in the shapes that cost most. */
const LARGEST: [string, string, string, string][] = [
  ["nested lists", '{"x":', "[", "]"],
  ["nested objects", '{"annotations":', '{"a":', "}"],
  ["layers of no shape", '{"layers":[', "0,", ""],
  ["different layers", '{"layers":[', `{"digest":"${descriptor.digest}","size":0},`, ""],
];

for (const [what, start, piece, end] of LARGEST) {
  test(`4 MiB of ${what} are answered within bounded time`, () => {
    const count = Math.floor((MAX_MANIFEST_BYTES - 100) / (piece.length + end.length));
    const inner =
      piece.repeat(count).replace(/,$/, "") +
      (end === "" ? "]" : (piece.endsWith(":") ? "1" : "") + end.repeat(count));
    const bytes = Buffer.from(`${start}${inner},"config":${JSON.stringify(descriptor)}}`);
    const manifest = inBoundedTime(() => parsedOr(OciError, () => parseManifest(bytes)), 5000);
    if (manifest) assertSound(manifest);
  });
}

function assertSound(manifest: Manifest): void {
  const { config, layers, manifests, subject, kind, annotations, artifactType } = manifest;
  const all = [config, subject, ...layers, ...manifests].filter((one) => one !== undefined);
  for (const one of all) {
    assert.ok(isDigest(one.digest));
    assert.ok(Number.isSafeInteger(one.size) && one.size >= 0);
    assert.equal(typeof one.mediaType, "string");
    for (const value of Object.values(one.annotations ?? {})) assert.equal(typeof value, "string");
  }
  for (const value of Object.values(annotations)) assert.equal(typeof value, "string");
  assert.equal(kind === "image", config !== undefined);
  assert.ok(kind === "index" || manifests.length === 0);
  // PostgreSQL's text holds no NUL.
  assert.doesNotMatch(artifactType ?? "", /\0/);
  const digests = blobsOf(manifest).map(({ digest }) => digest);
  assert.equal(new Set(digests).size, digests.length);
  assert.equal(typeof isArtifact(manifest), "boolean");
}
