import assert from "node:assert/strict";
import { test } from "node:test";
import { toLocalPath, toNextState } from "./local-path.ts";

for (const text of [
  "https://evil.example/",
  "//evil.example",
  String.raw`/\evil.example`,
  String.raw`\\evil.example`,
  "/\t/evil.example",
  "/\n/evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "javascript:alert(1)",
  " /search",
  "search",
  "",
  7,
  undefined,
]) {
  test(`toLocalPath() refuses ${JSON.stringify(text)}`, () => {
    assert.equal(toLocalPath(text), undefined);
    assert.deepEqual(toNextState({ next: text }), {});
  });
}

for (const path of ["/", "/r/labring/mysql?tag=v1.10&view=tags", "/search?q=%2F%2Fa", "/o/labring#main"]) {
  test(`toLocalPath() takes ${path} as it is`, () => {
    assert.equal(toLocalPath(path), path);
  });
}
