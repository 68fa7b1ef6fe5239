import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MAX_SEQUENCE, rowidOf, sequenceOf } from "./quality.ts";

const NOW = Date.UTC(2026, 10, 24);
const DAY_MS = 24 * 60 * 60 * 1000;

test("rowidOf() puts more pulls first, then more stars, then the newer day", () => {
  const inOrder = [
    { pulls: 1_000_000, stars: 0, updatedMs: 0 },
    { pulls: 100, stars: 5, updatedMs: 0 },
    { pulls: 100, stars: 4, updatedMs: NOW },
    { pulls: 100, stars: 4, updatedMs: NOW - DAY_MS },
    { pulls: 1, stars: 0, updatedMs: NOW },
    { pulls: 0, stars: 900, updatedMs: NOW },
    { pulls: 0, stars: 0, updatedMs: Number.NaN },
  ];
  const rowids = inOrder.map((standing) => rowidOf(standing, 5));
  assert.deepEqual(
    rowids,
    rowids.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(rowids).size, rowids.length);
});

test("rowidOf() is an exact number that gives its sequence back, whatever is counted", () => {
  const count = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constant(-1), fc.constant(Number.NaN));
  fc.assert(
    fc.property(count, count, count, fc.nat(MAX_SEQUENCE), (pulls, stars, updatedMs, sequence) => {
      const rowid = rowidOf({ pulls, stars, updatedMs }, sequence);
      assert.ok(Number.isSafeInteger(rowid) && rowid >= 0);
      assert.equal(sequenceOf(rowid), sequence);
    }),
  );
});
