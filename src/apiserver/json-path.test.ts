import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJsonPath, valueAt } from "./json-path.ts";

test("parseJsonPath() refuses what printer columns do not use", () => {
  for (const path of ["", "name", ".a[0]", ".a..b", ".a[*]", '.a[?(@.b=="c")', ".a b"]) {
    assert.throws(() => parseJsonPath(path), /Cannot parse JSON path/, path);
  }
});

const OBJECT = {
  spec: { name: "org/app:v1", empty: null },
  status: {
    conditions: [
      { type: "Synced", status: "Unknown" },
      { type: "Ready", status: "True" },
    ],
  },
};

/** Path → the value that it leads to. */
const FOUND: [string, unknown][] = [
  [".spec.nothing.more", undefined],
  [".spec.name.length", undefined],
  [".spec.toString", undefined],
  [".spec.empty", undefined],
  ['.spec[?(@.type=="Ready")].status', undefined],
  ['.status.conditions[?(@.type=="Gone")].status', undefined],
  [".spec.name", "org/app:v1"],
  ['.status.conditions[?(@.type=="Ready")].status', "True"],
];

test("valueAt() finds the first value that a path leads to", () => {
  for (const [path, value] of FOUND) assert.deepEqual(valueAt(OBJECT, parseJsonPath(path)), value, path);
});
