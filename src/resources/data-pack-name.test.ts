import assert from "node:assert/strict";
import { test } from "node:test";
import { dataPackName } from "./data-pack-name.ts";
import { parseExpireTime } from "./expire-time.ts";

// The same as in docs/datapack.md, where other languages compute them.
const VECTORS = [
  { spec: { type: "base", names: ["labring/mysql:v8.0.25"] }, name: "6f043b6a7a8c3ed3" },
  { spec: { type: "grid", names: ["b/y", "a/x:1", "b/y"], expireTime: "30m" }, name: "cf32f867e50eeb97" },
  { spec: { type: "detail", names: ["labring/nginx"], expireTime: "2h" }, name: "de92eaeb6988a5f7" },
] as const;

for (const { spec, name } of VECTORS) {
  test(`dataPackName() of ${JSON.stringify(spec)} is ${name}`, () => {
    assert.equal(dataPackName({ ...spec, names: [...spec.names] }), name);
  });
}

test("order, repetition and the default make no other name", () => {
  const names = ["a/x", "b/y"];
  const name = dataPackName({ type: "base", names });
  assert.equal(dataPackName({ type: "base", names: ["b/y", "a/x", "b/y"], expireTime: "2h" }), name);
  assert.notEqual(dataPackName({ type: "base", names, expireTime: "3h" }), name);
});

test("parseExpireTime() takes 1 minute to 24 hours", () => {
  assert.equal(parseExpireTime("90m"), 5_400_000);
  assert.equal(parseExpireTime("1h30m"), 5_400_000);
  assert.equal(parseExpireTime("60s"), 60_000);
  for (const text of ["", "0m", "59s", "25h", "2 h", "2d", "h", "-1h"]) {
    assert.equal(parseExpireTime(text), undefined, text);
  }
});
