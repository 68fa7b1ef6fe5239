import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf, hexOf, isDigest, parseDigest } from "./digest.ts";

const HEX64 = "a".repeat(64);

for (const [what, text] of [
  ["upper-case hex", `sha256:${"A".repeat(64)}`],
  ["a short hash", `sha256:${"a".repeat(63)}`],
  ["a hash of the other algorithm's length", `sha512:${HEX64}`],
  ["an unknown algorithm", `md5:${"a".repeat(32)}`],
  ["no algorithm", HEX64],
  ["an empty text", ""],
  ["a path", `sha256:../../${"a".repeat(58)}`],
  ["a newline at the end", `sha256:${HEX64}\n`],
] as const) {
  test(`parseDigest() rejects ${what}`, () => {
    assert.throws(() => parseDigest(text), { code: "DIGEST_INVALID" });
    assert.equal(isDigest(text), false);
  });
}

test("parseDigest() takes SHA-256 and SHA-512, as digestOf() makes them", () => {
  const bytes = Buffer.from("hello");
  for (const digest of [digestOf(bytes), digestOf(bytes, "sha512")]) {
    assert.equal(parseDigest(digest), digest);
    assert.equal(isDigest(digest), true);
  }
  // FIPS 180-4, "hello".
  assert.equal(hexOf(digestOf(bytes)), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
});
