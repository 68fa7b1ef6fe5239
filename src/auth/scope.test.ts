import assert from "node:assert/strict";
import { test } from "node:test";
import { parseScopes } from "./scope.ts";

const TABLE: [string, object[]][] = [
  ["repository:a/b:pull", [{ type: "repository", name: "a/b", actions: new Set(["pull"]) }]],
  ["repository:a/b:push,pull", [{ type: "repository", name: "a/b", actions: new Set(["pull", "push"]) }]],
  ["repository:a/b:*", [{ type: "repository", name: "a/b", actions: new Set(["pull", "push", "delete"]) }]],
  ["repository(plugin):a/b:pull", [{ type: "repository", name: "a/b", actions: new Set(["pull"]) }]],
  ["registry:catalog:*", [{ type: "registry", name: "catalog" }]],
  ["repository:mysql:pull", []],
  ["repository:A/B:pull", []],
  ["nothing", []],
  ["", []],
];

for (const [text, scopes] of TABLE) {
  test(`the scope ${JSON.stringify(text)} is read`, () => assert.deepEqual(parseScopes([text]), scopes));
}

test("several scopes come in one text apart by spaces, or in several", () => {
  const texts = ["repository:a/b:pull repository:c/d:push", "registry:catalog:*"];
  assert.deepEqual(
    parseScopes(texts).map((scope) => scope.name),
    ["a/b", "c/d", "catalog"],
  );
});
