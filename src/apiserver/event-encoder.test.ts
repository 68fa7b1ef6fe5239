import assert from "node:assert/strict";
import { test } from "node:test";
import { createEventEncoder } from "./event-encoder.ts";
import { WHOLE, type Form } from "./form.ts";

test("an event that all watchers share is written once, whatever their number", () => {
  const { object, written } = countingObject();
  const event = { type: "ADDED", object: Object.freeze(object) };
  const lines = new Set<string>();
  for (let watcher = 0; watcher < 200; watcher++)
    lines.add(createEventEncoder(WHOLE).encode(event).toString());
  assert.deepEqual([...lines], [`{"type":"ADDED","object":{"kind":"User","metadata":{"name":"a"}}}\n`]);
  assert.equal(written(), 1);
});

test("so is its metadata, for each version of that form", () => {
  const { object, written } = countingObject();
  const event = { type: "MODIFIED", object: Object.freeze(object) };
  for (let watcher = 0; watcher < 200; watcher++) {
    const version = watcher % 2 === 0 ? "v1" : "v1beta1";
    const form: Form = { as: "PartialObjectMetadata", version };
    assert.match(createEventEncoder(form).encode(event).toString(), new RegExp(`"meta.k8s.io/${version}"`));
  }
  assert.equal(written(), 2);
});

test("an object that may change is written each time", () => {
  const { object, written } = countingObject();
  const encoder = createEventEncoder(WHOLE);
  for (let turn = 0; turn < 2; turn++) encoder.encode({ type: "ADDED", object });
  assert.equal(written(), 2);
});

/** An object that counts how often its metadata is written. */
function countingObject() {
  let count = 0;
  const metadata = {
    toJSON() {
      count += 1;
      return { name: "a" };
    },
  };
  return { object: { kind: "User", metadata }, written: () => count };
}
