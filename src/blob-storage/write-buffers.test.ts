import assert from "node:assert/strict";
import { test } from "node:test";
import { createWriteBuffers } from "./write-buffers.ts";

test("a buffer that was given back is taken again, by those who ask for its size", () => {
  const buffers = createWriteBuffers(100);
  const buffer = buffers.take(10);
  assert.equal(buffer.length, 10);
  assert.notEqual(buffers.take(10), buffer);
  buffers.giveBack(buffer);
  assert.equal(buffers.take(20).length, 20);
  assert.equal(buffers.take(10), buffer);
  assert.notEqual(buffers.take(10), buffer);
});

test("no more than the limit waits to be taken again: the oldest go", () => {
  const buffers = createWriteBuffers(25);
  const [first, second, third] = [buffers.take(10), buffers.take(10), buffers.take(10)];
  for (const buffer of [first, second, third]) buffers.giveBack(buffer);
  assert.deepEqual(
    [buffers.take(10), buffers.take(10)].map((buffer) => [second, third].indexOf(buffer)),
    [0, 1],
  );
  assert.ok(![first, second, third].includes(buffers.take(10)));
});
