import assert from "node:assert/strict";
import { test } from "node:test";
import { isArtifact, isArtifactTag } from "./artifact.ts";
import { digestOf } from "./digest.ts";
import { parseManifest } from "./manifest.ts";
import { HELM_CHART_LAYER, HELM_CONFIG, OCI_CONFIG, OCI_INDEX, OCI_LAYER_GZIP } from "./media-types.ts";
import { parseTag } from "./reference.ts";

const HEX = "a".repeat(64);

const artifacts: Record<string, object> = {
  "a manifest with a subject": image({ subject: descriptor(OCI_CONFIG) }),
  "an artifact type that is no image's": image({ artifactType: "application/spdx+json" }),
  "a config that is no image's": image({ config: descriptor("application/vnd.docker.plugin.v1+json") }),
  "an image config with documents as layers": image({
    layers: [descriptor("application/vnd.in-toto+json"), descriptor("application/vnd.in-toto+json")],
  }),
  "an index of unknown platforms": index([{ os: "unknown", architecture: "unknown" }]),
  "an index with an artifact type": {
    ...index([{ os: "linux", architecture: "amd64" }]),
    artifactType: "x/y",
  },
  "an index of artifacts": {
    ...index([]),
    manifests: [{ ...descriptor("x/y"), artifactType: "application/spdx+json" }],
  },
  "the artifact manifest that OCI withdrew": {
    mediaType: "application/vnd.oci.artifact.manifest.v1+json",
    artifactType: "x/y",
    blobs: [],
  },
};

const pages: Record<string, object> = {
  "an image": image({}),
  "an image without layers": image({ layers: [] }),
  "a Helm chart": image({ config: descriptor(HELM_CONFIG), layers: [descriptor(HELM_CHART_LAYER)] }),
  "an index with an attestation": index([
    { os: "linux", architecture: "amd64" },
    { os: "unknown", architecture: "unknown" },
  ]),
  "an index that names no platforms": { ...index([]), manifests: [descriptor("x/y")] },
  "an empty index": index([]),
};

for (const [name, json] of Object.entries(artifacts)) {
  test(`isArtifact() is true for ${name}`, () => assert.equal(isArtifact(parse(json)), true));
}

for (const [name, json] of Object.entries(pages)) {
  test(`isArtifact() is false for ${name}`, () => assert.equal(isArtifact(parse(json)), false));
}

test("isArtifact() is true for an image under an artifact's tag", () => {
  assert.equal(isArtifact(parse(image({})), parseTag(`sha256-${HEX}.sig`)), true);
  assert.equal(isArtifact(parse(image({})), parseTag("v1")), false);
});

test("isArtifactTag() knows the tags of cosign and of the referrers tag schema, and no others", () => {
  for (const suffix of ["", ".sig", ".att", ".sbom"]) {
    assert.equal(isArtifactTag(parseTag(`sha256-${HEX}${suffix}`)), true, suffix);
  }
  assert.equal(isArtifactTag(parseTag(`sha512-${HEX}`)), true);
  for (const text of ["latest", "sha256-abc.sig", `sha256-${HEX}.txt`, `x-sha256-${HEX}`, `sha-${HEX}`]) {
    assert.equal(isArtifactTag(parseTag(text)), false, text);
  }
});

function image(changes: object): object {
  return { config: descriptor(OCI_CONFIG), layers: [descriptor(OCI_LAYER_GZIP)], ...changes };
}

function index(platforms: object[]): object {
  return {
    mediaType: OCI_INDEX,
    manifests: platforms.map((platform) => ({ ...descriptor("x/y"), platform })),
  };
}

function descriptor(mediaType: string): object {
  return { mediaType, digest: digestOf(Buffer.from(mediaType)), size: mediaType.length };
}

function parse(json: object): ReturnType<typeof parseManifest> {
  return parseManifest(Buffer.from(JSON.stringify({ schemaVersion: 2, ...json })));
}
