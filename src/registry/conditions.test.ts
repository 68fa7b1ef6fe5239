import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesAny } from "./conditions.ts";

const CASES: [header: string | undefined, matches: boolean][] = [
  [undefined, false],
  ["", false],
  ["*", true],
  [" * ", true],
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['"b" ,W/"a","c"', true],
  ['"b"', false],
  ['"A"', false],
  ['"aa"', false],
  ['"b,a"', false],
  ["a", false],
  ['"*"', false],
];

for (const [header, matches] of CASES) {
  test(`If-None-Match: ${header ?? "(none)"} ${matches ? "names" : "does not name"} "a"`, () => {
    assert.equal(matchesAny(header, '"a"'), matches);
  });
}
