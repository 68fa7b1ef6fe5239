import assert from "node:assert/strict";
import { test } from "node:test";
import { parseChunkRange, parseRange } from "./range.ts";

const RANGES: [string | undefined, { start: number; end: number } | undefined][] = [
  [undefined, undefined],
  ["bytes=0-9", { start: 0, end: 9 }],
  ["bytes=90-", { start: 90, end: 99 }],
  ["bytes=-10", { start: 90, end: 99 }],
  ["bytes=-1000", { start: 0, end: 99 }],
  ["bytes=50-1000", { start: 50, end: 99 }],
  ["lines=0-1", undefined],
];

for (const [header, range] of RANGES) {
  test(`of 100 bytes, ${header ?? "no header"} is ${range ? `${range.start}-${range.end}` : "the whole"}`, () => {
    assert.deepEqual(parseRange(header, 100), range);
  });
}

for (const header of [
  "bytes=100-",
  "bytes=100-200",
  "bytes=-0",
  "bytes=9-0",
  "bytes=0-1,5-6",
  "bytes=-",
  "bytes=0-99999999999999999999",
]) {
  test(`of 100 bytes, ${header} is refused`, () => {
    assert.throws(() => parseRange(header, 100), { code: "RANGE_INVALID" });
  });
}

test("the last bytes of an empty blob are the whole; a range from a byte on is refused", () => {
  assert.equal(parseRange("bytes=-5", 0), undefined);
  for (const header of ["bytes=0-", "bytes=0-0", "bytes=-0"]) {
    assert.throws(() => parseRange(header, 0), { code: "RANGE_INVALID" });
  }
});

test("a chunk's range is read in the forms of OCI and of HTTP", () => {
  for (const header of ["0-9", "bytes 0-9/10", "bytes=0-9", "bytes 0-9/*"]) {
    assert.deepEqual(parseChunkRange(header), { start: 0, end: 9 });
  }
  assert.equal(parseChunkRange(undefined), undefined);
  for (const header of ["9-0", "x", "-9", "0-", "0-9x"]) {
    assert.throws(() => parseChunkRange(header), { code: "RANGE_INVALID" });
  }
});
