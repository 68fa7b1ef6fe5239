import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createShownNames, type ShownNames } from "./shown-names.ts";

const WATCHERS = 4;
const NAMES = Array.from({ length: 81 }, (_, number) => `name-${number}`);

test("each watcher has the names that it was shown, whatever others are shown and forget", () => {
  const step = fc.record({
    watcher: fc.nat(WATCHERS - 1),
    name: fc.constantFrom(...NAMES),
    // So that there are more names than the bits of a word.
    action: fc.oneof(
      { weight: 40, arbitrary: fc.constant("add") },
      { weight: 10, arbitrary: fc.constant("delete") },
      { weight: 1, arbitrary: fc.constant("clear") },
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
      const open = createShownNames();
      const watchers = Array.from({ length: WATCHERS }, () => ({ shown: open("Image"), model: new Set() }));
      for (const { watcher, name, action } of steps) {
        const { shown, model } = watchers[watcher] as { shown: ShownNames; model: Set<string> };
        if (action === "delete") assert.equal(shown.delete(name), model.delete(name));
        else
          for (const names of [shown, model]) {
            if (action === "add") names.add(name);
            else names.clear();
          }
      }
      for (const { shown, model } of watchers) {
        for (const name of NAMES) assert.equal(shown.delete(name), model.delete(name), name);
      }
    }),
  );
});

test("names of one kind are none of another's", () => {
  const open = createShownNames();
  const [images, users] = [open("Image"), open("User")];
  images.add("a");
  assert.equal(users.delete("a"), false);
});
