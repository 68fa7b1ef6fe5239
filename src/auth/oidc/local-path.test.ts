import assert from "node:assert/strict";
import { test } from "node:test";
import { toLocalPath } from "./local-path.ts";

for (const path of ["/", "/r/labring/hello?tag=v1", "/account?view=settings#x", "/r/a/%2f%2fb"]) {
  test(`toLocalPath() takes ${path}`, () => assert.equal(toLocalPath(path), path));
}

for (const text of [
  null,
  "",
  "r/labring",
  "https://evil.example/",
  "//evil.example",
  String.raw`/\evil.example`,
  String.raw`\\evil.example`,
  "/\t/evil.example",
  "/\n/evil.example",
  "/.//evil.example",
  "/..//evil.example",
  "/r/..//evil.example",
  "javascript:alert(1)",
  `/${"a".repeat(1000)}`,
]) {
  test(`toLocalPath() leads nowhere from ${JSON.stringify(text)?.slice(0, 60)}`, () =>
    assert.equal(toLocalPath(text), "/"));
}
