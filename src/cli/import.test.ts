import assert from "node:assert/strict";
import { test } from "node:test";
import { describeImport } from "./import.ts";

const NOTHING = { repositories: 1, tags: 1, manifests: 1, blobs: 1, bytes: 1, copied: 0 };

test("describeImport() tells what was skipped from what was taken though it is odd", () => {
  const skips = [{ what: "lib/app@sha256:1", reason: "wrong size", why: "it says that …" }];
  const noted = { "wrong size": 1, "missing child": 2 };
  const skipped = { "damaged blob": 3 };
  const lines = describeImport({ ...NOTHING, skips, noted, skipped, problems: 3 }).split("\n");
  assert.deepEqual(lines.slice(-4, -1), [
    "Noted 1: wrong size (nothing is lost by it).",
    "Noted 2: missing child (nothing is lost by it).",
    "Skipped 3: damaged blob.",
  ]);
  assert.ok(lines.includes("… and 5 more"));
});
