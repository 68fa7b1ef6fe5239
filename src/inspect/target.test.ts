import assert from "node:assert/strict";
import { test } from "node:test";
import { buildImage, buildIndex, type IndexEntry } from "../../test/image-builder.ts";
import { digestOf } from "../oci/digest.ts";
import { OCI_INDEX } from "../oci/media-types.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { MAX_PLATFORMS } from "./limits.ts";
import { createMemorySource } from "./memory-source.ts";
import { loadTarget, type InspectionTarget } from "./target.ts";

const image = await buildImage({ annotations: { a: "manifest", b: "manifest", c: "manifest" } });
const LINUX = { os: "linux", architecture: "amd64" };

test("loadTarget() lets an index's annotations win over its entry's, and these over the manifest's", async () => {
  const { annotations } = await load([{ image, platform: LINUX, annotations: { a: "entry", b: "entry" } }], {
    a: "index",
  });
  assert.deepEqual(annotations, { a: "index", b: "entry", c: "manifest" });
});

test("loadTarget() lists as many platforms as an Image's status holds", async () => {
  const entries = Array.from({ length: MAX_PLATFORMS + 20 }, () => ({ image, platform: LINUX }));
  assert.equal((await load(entries)).platforms.length, MAX_PLATFORMS);
});

test("loadTarget() takes no entry with platform unknown, or with a name that no platform has", async () => {
  const odd = [
    { os: "unknown", architecture: "unknown" },
    { os: "x".repeat(64), architecture: "amd64" },
    { os: "linux", architecture: "amd64", variant: "x".repeat(64) },
  ];
  const target = await load(odd.map((platform) => ({ image, platform })));
  assert.deepEqual([target.image, target.platforms], [undefined, []]);
  assert.match(target.unavailable?.message ?? "", /none of the 3 manifests it names is a stored image/);
});

test("loadTarget() warns of an index that gives manifests another size than they have", async () => {
  const sizeBytes = image.manifest.length;
  assert.equal((await load([{ image, platform: LINUX }])).warnings, undefined);
  const six = Array.from({ length: 6 }, () => ({ image, size: 7 }));
  const { warnings = [] } = await load([...six, { image, platform: LINUX }]);
  assert.deepEqual(
    warnings.map(({ reason }) => reason),
    ["SizeDiffers"],
  );
  const [message = ""] = warnings.map((warning) => warning.message);
  assert.match(
    message,
    new RegExp(`${image.digest} 7 bytes, expected ${sizeBytes}, .*, and 1 more: clients`),
  );
});

test("loadTarget() warns of attestations and inner indexes of another size too", async () => {
  const attestation = await buildImage({ config: { variant: "attestation" } });
  const inner = { ...buildIndex([{ image, platform: LINUX }]), children: [] };
  const { warnings = [] } = await load([
    { image, platform: LINUX },
    { image: inner, size: 8 },
    { image: attestation, platform: { os: "unknown", architecture: "unknown" }, size: 9 },
  ]);
  const [message = ""] = warnings.map((warning) => warning.message);
  assert.match(
    message,
    new RegExp(`^The image or its index gives ${inner.digest} 8 bytes, .* ${attestation.digest} 9 `),
  );
});

test("loadTarget() warns of an image that gives a blob another size than it has", async () => {
  const bytes = Buffer.from("layer");
  const layer = { mediaType: "text/plain", digest: digestOf(bytes), size: 3 };
  const built = await buildImage({ manifest: { layers: [layer] } });
  const wrong = { ...built, blobs: new Map([...built.blobs, [layer.digest, bytes]]) };
  const [warning] = (await load([{ image: wrong, platform: LINUX }])).warnings ?? [];
  assert.equal(warning?.reason, "SizeDiffers");
  assert.match(warning.message, new RegExp(`gives ${layer.digest} 3 bytes, expected 5: clients`));
});

test("loadTarget() does not go into an index within an index", async () => {
  const inner = buildIndex([{ image, platform: LINUX }]);
  const target = await load([{ image: inner, platform: LINUX }]);
  assert.equal(target.unavailable?.reason, "ContentMissing");
});

test("loadTarget() says what is wrong with a manifest that no push would have stored", async () => {
  const manifest = Buffer.from("{}");
  const broken = { ...image, manifest, mediaType: OCI_INDEX, digest: digestOf(manifest) };
  await assert.rejects(loadTarget(createMemorySource(broken), REPOSITORY, broken.digest), {
    name: "UnavailableError",
    reason: "InspectionFailed",
  });
});

const REPOSITORY = parseRepositoryName("library/test");

async function load(entries: IndexEntry[], annotations?: Record<string, string>): Promise<InspectionTarget> {
  const index = buildIndex(entries, annotations && { annotations });
  return loadTarget(createMemorySource(index), REPOSITORY, index.digest);
}
