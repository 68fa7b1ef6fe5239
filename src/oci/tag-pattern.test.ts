import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTag } from "./reference.ts";
import { immutableBy } from "./tag-pattern.ts";

const MATCHES: [pattern: string, yes: string[], no: string[]][] = [
  ["v1", ["v1"], ["v10", "xv1", "V1"]],
  ["v*", ["v", "v1", "v1.2"], ["1v", "V1"]],
  ["*-rc", ["1-rc", "_-rc"], ["1-rc2", "rc"]],
  ["v*.*", ["v1.2", "v.", "v1.2.3"], ["v1", "1.2"]],
  ["a*a", ["aa", "aba"], ["a", "ab"]],
  ["*ab*b", ["abb", "xabab"], ["ab", "b"]],
  ["v1.2", ["v1.2"], ["v1x2"]],
  ["*", ["v1", "latest"], []],
  ["", [], ["v1"]],
];

for (const [pattern, yes, no] of MATCHES) {
  test(`immutable tags ${JSON.stringify(pattern)} hold ${yes.join(", ") || "nothing"} and not ${no.join(", ") || "nothing"}`, () => {
    for (const tag of yes) assert.equal(immutableBy(["none", pattern], parseTag(tag)), pattern, tag);
    for (const tag of no) assert.equal(immutableBy(["none", pattern], parseTag(tag)), undefined, tag);
  });
}

test("signatures and lists of referrers are never immutable", () => {
  const tag = `sha256-${"a".repeat(64)}`;
  for (const suffix of ["", ".sig", ".att"]) {
    assert.equal(immutableBy(["*"], parseTag(tag + suffix)), undefined);
  }
});

test("a pattern of stars alone takes no time beyond measure", () => {
  assert.equal(immutableBy([`${"*a".repeat(63)}*b`], parseTag("a".repeat(128))), undefined);
});
