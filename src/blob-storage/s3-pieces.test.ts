import assert from "node:assert/strict";
import { test } from "node:test";
import { pieceKey, toState } from "./s3-pieces.ts";

const FOLDER = "hub/uploads/one/";
const modifiedAt = new Date(1000);

function object(start: number, sizeBytes: number) {
  return { key: pieceKey(FOLDER, start), sizeBytes, modifiedAt };
}

test("toState() knows no upload without pieces", () => {
  assert.equal(toState([], FOLDER), undefined);
  assert.equal(toState([{ key: `${FOLDER}something`, sizeBytes: 3, modifiedAt }], FOLDER), undefined);
});

test("toState() leaves out what lies beyond a gap, and names it as stray", () => {
  const [first, beyond] = [object(0, 10), object(20, 10)];
  const state = toState([first, beyond], FOLDER);
  assert.equal(state?.sizeBytes, 10);
  assert.deepEqual(state?.strays, [beyond.key]);
});

test("toState() of pieces that do not begin at 0 is an upload without bytes", () => {
  const state = toState([object(5, 10)], FOLDER);
  assert.equal(state?.sizeBytes, 0);
  assert.equal(state?.strays.length, 1);
});

test("toState() takes the way that reaches farthest, and so all that was acknowledged", () => {
  const [first, long, short, last] = [object(0, 10), object(10, 50), object(10, 3), object(13, 100)];
  const state = toState([first, long, short, last], FOLDER);
  assert.deepEqual(
    state?.pieces.map(({ key }) => key),
    [first.key, short.key, last.key],
  );
  assert.equal(state?.sizeBytes, 113);
  assert.deepEqual(state?.strays, [long.key]);
});

test("toState() of an empty piece is an upload of no bytes, of several no more", () => {
  assert.equal(toState([object(0, 0), object(0, 0)], FOLDER)?.sizeBytes, 0);
  assert.equal(toState([object(0, 0), object(0, 7)], FOLDER)?.sizeBytes, 7);
});

test("pieces sort by where they begin", () => {
  const starts = [0, 9, 10, 5_000_000_000, 50_000_000_000_000 - 1];
  const keys = starts.map((start) => pieceKey(FOLDER, start));
  assert.deepEqual(keys.toSorted(), keys);
});
