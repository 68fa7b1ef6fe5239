import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fuzz, inBoundedTime, longText, parsedOr } from "../../test/fuzz.ts";
import { algorithmOf, digestOf, hexOf, isDigest, parseDigest } from "./digest.ts";
import { OciError } from "./errors.ts";
import {
  formatImageName,
  isRepositoryName,
  isTag,
  organizationOf,
  parseImageName,
  parseManifestReference,
  parseRepositoryName,
  parseTag,
  pathOf,
} from "./reference.ts";

// As the OCI distribution specification writes them, "Pulling manifests"; organization and length are this hub's.
const SPEC_NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const SPEC_TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
// The registered algorithms of the OCI image specification, "Digests".
const SPEC_DIGEST = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

const PIECES = ["a", "A", "/", "//", ".", "..", "_", "-", ":", "@", "%", "\\", "\0", "\n", "é", "а", "０"];
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.array(fc.constantFrom(...PIECES, "sha256", "sha256:", "f".repeat(64)), { maxLength: 12 }).map(join),
  longText(PIECES),
);
const name = fc.stringMatching(SPEC_NAME).filter((text) => text.includes("/") && text.length <= 255);
const tag = fc.stringMatching(SPEC_TAG);
const digest = fc.stringMatching(SPEC_DIGEST);
/** A valid text with one character put in, taken out or replaced: nearly right. */
const nearly = fc
  .tuple(fc.oneof(name, tag, digest), fc.nat(), fc.constantFrom("", ...PIECES), fc.nat(1))
  .map(([text, at, put, taken]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + put + text.slice(place + taken);
  });

test("whatever the text, names, tags and digests are taken exactly as the specification's grammar has them", () => {
  fuzz(
    fc.property(fc.oneof(anyText, nearly, name, tag, digest), (text) => {
      const expected = {
        name: SPEC_NAME.test(text) && text.includes("/") && text.length <= 255,
        tag: SPEC_TAG.test(text),
        digest: SPEC_DIGEST.test(text),
      };
      assert.deepEqual({ name: isRepositoryName(text), tag: isTag(text), digest: isDigest(text) }, expected);
      assert.deepEqual(
        inBoundedTime(() => ({
          name: parsedOr(OciError, () => parseRepositoryName(text)) === text,
          tag: parsedOr(OciError, () => parseTag(text)) === text,
          digest: parsedOr(OciError, () => parseDigest(text)) === text,
        })),
        expected,
      );
    }),
    1000,
  );
});

test("a reference is what its text says, whatever that is", () => {
  fuzz(
    fc.property(fc.oneof(anyText, nearly, tag, digest), (text) => {
      const reference = parsedOr(OciError, () => parseManifestReference(text));
      if (!reference) return;
      assert.equal("tag" in reference ? reference.tag : reference.digest, text);
    }),
    500,
  );
});

test("what is formatted is parsed to the same", () => {
  fuzz(
    fc.property(name, tag, (repository, itsTag) => {
      const image = { repository: parseRepositoryName(repository), tag: parseTag(itsTag) };
      assert.deepEqual(parseImageName(formatImageName(image)), image);
      assert.equal(`${organizationOf(image.repository)}/${pathOf(image.repository)}`, repository);
    }),
    200,
  );
});

test("a digest that was made is one that is taken", () => {
  fuzz(
    fc.property(fc.uint8Array(), fc.constantFrom("sha256", "sha512"), (bytes, algorithm) => {
      const made = parseDigest(digestOf(bytes, algorithm));
      assert.equal(`${algorithmOf(made)}:${hexOf(made)}`, made);
    }),
    200,
  );
});

test("an image's name is parsed, or an OciError says why not", () => {
  fuzz(
    fc.property(anyText, (text) => {
      const image = inBoundedTime(() => parsedOr(OciError, () => parseImageName(text)));
      if (image && text.includes(":")) assert.equal(formatImageName(image), text);
    }),
    500,
  );
});

function join(parts: string[]): string {
  return parts.join("");
}
