import assert from "node:assert/strict";
import { test } from "node:test";
import { newResource, type Repository } from "../resources/kinds.ts";
import { createRepositoryIndex } from "./repository-index.ts";

test("an organization is named when it has a Repository more or less, not when one changed", () => {
  const index = createRepositoryIndex();
  assert.equal(index.add(repository("a/x")), "a");
  assert.equal(index.add(repository("a/x")), undefined);
  assert.equal(index.remove(repository("a/x")), "a");
  assert.equal(index.remove(repository("a/x")), undefined);
  assert.equal(index.count("a"), 0);
});

test("the newest come first, those of the same second by name", () => {
  const index = createRepositoryIndex();
  index.add(repository("a/old", "2026-01-01T00:00:00Z"));
  index.add(repository("a/z", "2026-01-02T00:00:00Z"));
  index.add(repository("a/b", "2026-01-02T00:00:00Z"));
  index.add(repository("other/new", "2026-01-03T00:00:00Z"));
  assert.deepEqual(index.newest("a", 2), ["a/b", "a/z"]);
});

test("what a new list does not tell again is gone, and its organization is named", () => {
  const index = createRepositoryIndex();
  index.restart();
  index.add(repository("a/x"));
  assert.equal(index.isComplete, false);
  index.finish();
  assert.equal(index.isComplete, true);
  index.restart();
  index.add(repository("b/y"));
  assert.equal(index.count("a"), 1);
  assert.deepEqual(index.finish(), new Set(["a", "b"]));
  assert.deepEqual([index.count("a"), index.count("b")], [0, 1]);
});

test("what a first list told that was cut off is not known when the next does not tell it", () => {
  const index = createRepositoryIndex();
  index.restart();
  index.add(repository("a/gone"));
  index.restart();
  index.add(repository("a/x"));
  index.finish();
  assert.deepEqual(index.newest("a", 10), ["a/x"]);
});

test("an organization that counts what is not there is named, once everything has been seen", () => {
  const index = createRepositoryIndex();
  index.restart();
  assert.equal(index.compare("emptied", 1), undefined);
  assert.equal(index.compare("empty", 0), undefined);
  index.add(repository("a/x"));
  assert.deepEqual(index.finish(), new Set(["a", "emptied"]));
  assert.equal(index.compare("a", 1), undefined);
  assert.equal(index.compare("a", 2), "a");
  assert.equal(index.compare("emptied", 1), "emptied");
  index.restart();
  assert.deepEqual(index.finish(), new Set(["a"]));
});

function repository(name: string, creationTimestamp = "2026-01-01T00:00:00Z"): Repository {
  const resource = newResource("Repository", name.replace("/", "."), { spec: { name } });
  return { ...resource, metadata: { ...resource.metadata, creationTimestamp } };
}
