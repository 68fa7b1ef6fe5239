import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePatterns, toNewToken, wrongPattern } from "./token-words.ts";

const NOW = new Date("2026-01-01T00:00:00Z");

test("a pattern that the hub would refuse is named", () => {
  assert.equal(wrongPattern("labring/* Labring/mysql"), "Labring/mysql");
  assert.equal(wrongPattern("/x"), "/x");
  assert.equal(wrongPattern(Array.from({ length: 21 }, (_, index) => `o/r${index}`).join(" ")), "o/r20");
  assert.equal(wrongPattern(" o/* \n team/app-*,x/y"), undefined);
});

test("patterns stand between spaces, commas and lines, each once", () => {
  assert.deepEqual(parsePatterns("a/*, b/c\n\nb/c ;d/e"), ["a/*", "b/c", "d/e"]);
  assert.deepEqual(parsePatterns("  "), []);
});

test("a token asks for no more than was chosen, and for admin alone when that was", () => {
  const words = { name: " ci ", scopes: ["read" as const], repositories: "", lifetime: "7" as const };
  assert.deepEqual(toNewToken(words, NOW), {
    name: "ci",
    scopes: ["read"],
    repositories: [],
    expiresAt: "2026-01-08T00:00:00.000Z",
  });
  const all = { ...words, scopes: ["read" as const, "admin" as const], lifetime: "never" as const };
  assert.deepEqual(toNewToken(all, NOW), { name: "ci", scopes: ["admin"], repositories: [] });
});
