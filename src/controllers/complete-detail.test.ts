import assert from "node:assert/strict";
import { test } from "node:test";
import type { Detail } from "../resources/detail.ts";
import { completeDetail, factDifferences } from "./complete-detail.ts";

const INSPECTED: Detail = {
  docs: "# of the image",
  keywords: ["image"],
  icon: "image.png",
  description: "of the image",
  url: "image.example",
  ID: "sha256:image",
  arch: "amd64",
};

for (const [field, word] of Object.entries({
  docs: "# of a user",
  keywords: ["user"],
  icon: "user.png",
  description: "of a user",
  url: "user.example",
})) {
  test(`a user's ${field} wins, and no other field changes`, () => {
    assert.deepEqual(completeDetail([{ [field]: word }], INSPECTED), { ...INSPECTED, [field]: word });
  });
}

test("an empty word is none: the field goes back to the image", () => {
  const cleared = { docs: "", keywords: [], icon: "", description: "", url: "" };
  assert.deepEqual(completeDetail([cleared], INSPECTED), INSPECTED);
});

test("ID and arch are the image's where it has them, and the user's where it has not", () => {
  const stated = { ID: "stated", arch: "stated" };
  assert.deepEqual(completeDetail([stated], INSPECTED), INSPECTED);
  assert.deepEqual(completeDetail([stated], { arch: "arm64" }), { ID: "stated", arch: "arm64" });
});

test("of two users' words for a field the first wins", () => {
  const words = [{ icon: "first.png" }, { icon: "second.png", url: "second.example" }];
  assert.deepEqual(completeDetail(words, {}), { icon: "first.png", url: "second.example" });
});

test("a field that nobody has a word for is left out", () => {
  assert.deepEqual(Object.keys(completeDetail([undefined], { docs: "x" })), ["docs"]);
});

test("facts differ only where both the user and the image state them", () => {
  assert.deepEqual(factDifferences({ ID: "stated", arch: "amd64" }, { ID: "x", arch: "amd64" }), [
    { field: "ID", stated: "stated", inImage: "x" },
  ]);
  assert.deepEqual(factDifferences({ ID: "stated" }, {}), []);
  assert.deepEqual(factDifferences(undefined, INSPECTED), []);
});
