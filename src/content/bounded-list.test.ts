import assert from "node:assert/strict";
import { test } from "node:test";
import { createBoundedList } from "./bounded-list.ts";

test("a bounded list ends before it is too large, and takes nothing smaller afterwards", () => {
  const list = createBoundedList<string>(20);
  assert.deepEqual(
    ["12345678", "äöüß", "1", ""].map((item) => list.add(item)),
    [true, false, false, false],
  );
  assert.deepEqual(list.items, ["12345678"]);
});
