import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isRepositoryName,
  parseImageName,
  parseManifestReference,
  parseRepositoryName,
  parseTag,
} from "./reference.ts";

const BAD_NAMES: [string, RegExp][] = [
  ["mysql", /use org\/name, for example library\/mysql/],
  ["Org/name", /upper-case letters/],
  ["org//name", /component is empty/],
  ["/org/name", /component is empty/],
  ["org/name/", /component is empty/],
  ["org/na me", /has " "/],
  ["org/../name", /begin and end with a letter or digit/],
  ["org/.name", /begin and end with a letter or digit/],
  ["org/name-", /begin and end with a letter or digit/],
  ["org/a..b", /single \. or _/],
  ["org/a___b", /single \. or _/],
  ["org/nаme", /has "а"/], // a Cyrillic letter that looks like a
  [`org/${"a".repeat(252)}`, /at most 255 characters, got 256/],
];

for (const [name, rule] of BAD_NAMES) {
  test(`parseRepositoryName() rejects ${JSON.stringify(name.slice(0, 30))} and says which rule it breaks`, () => {
    assert.throws(() => parseRepositoryName(name), { code: "NAME_INVALID", message: rule });
    assert.equal(isRepositoryName(name), false);
  });
}

for (const name of [
  "a/b",
  "org/path/to/name",
  "a-b/c_d",
  "a__b/c.d",
  "a---b/c",
  "0/1",
  `org/${"a".repeat(251)}`,
]) {
  test(`parseRepositoryName() takes ${JSON.stringify(name.slice(0, 30))}`, () => {
    assert.equal(parseRepositoryName(name), name);
    assert.equal(isRepositoryName(name), true);
  });
}

const BAD_TAGS: [string, RegExp][] = [
  ["", /not empty/],
  [".v1", /begins with a letter, a digit or _/],
  ["-v1", /begins with a letter, a digit or _/],
  ["v1/2", /"\/" is not allowed/],
  ["v1\n", /is not allowed/],
  ["a".repeat(129), /at most 128 characters, got 129/],
];

for (const [tag, rule] of BAD_TAGS) {
  test(`parseTag() rejects ${JSON.stringify(tag.slice(0, 30))} and says which rule it breaks`, () => {
    assert.throws(() => parseTag(tag), { code: "TAG_INVALID", message: rule });
  });
}

test("parseTag() takes every legal character, and 128 of them", () => {
  for (const tag of ["latest", "V1_2", "_x", "v1.", "1..2", "a".repeat(128)])
    assert.equal(parseTag(tag), tag);
});

test("a reference with a colon is a digest, any other a tag", () => {
  assert.deepEqual(parseManifestReference("v1"), { tag: "v1" });
  assert.throws(() => parseManifestReference("sha256:x"), { code: "DIGEST_INVALID" });
});

test("an image's name without a tag is its latest", () => {
  assert.deepEqual(parseImageName("org/name"), { repository: "org/name", tag: "latest" });
  assert.deepEqual(parseImageName("org/name:v1"), { repository: "org/name", tag: "v1" });
});
