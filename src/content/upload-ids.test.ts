import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseRepositoryName } from "../oci/reference.ts";
import { newUploadId, uploadBeganAt } from "./upload-ids.ts";

const REPOSITORY = parseRepositoryName("org/app");
/** The seconds of 32 bits end in 2106. */
const time = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test("an upload's id is a UUID that says to the second when it began", () => {
  fc.assert(
    fc.property(time, fc.nat(999), (seconds, milliseconds) => {
      const id = newUploadId(REPOSITORY, seconds * 1000 + milliseconds);
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(uploadBeganAt(id, REPOSITORY), seconds * 1000);
    }),
  );
});

test("two uploads of a repository that begin at once have different ids", () => {
  const ids = Array.from({ length: 1000 }, () => newUploadId(REPOSITORY, 0));
  assert.equal(new Set(ids).size, 1000);
});

test("an id of another repository, a changed one and any other text are none", () => {
  const id = newUploadId(REPOSITORY, Date.now());
  assert.equal(uploadBeganAt(id, parseRepositoryName("org/other")), undefined);
  const places = [...id].flatMap((character, place) => (character === "-" ? [] : [place]));
  for (const place of places) {
    const other = id[place] === "0" ? "1" : "0";
    assert.equal(uploadBeganAt(id.slice(0, place) + other + id.slice(place + 1), REPOSITORY), undefined);
  }
  fc.assert(fc.property(fc.string(), (text) => uploadBeganAt(text, REPOSITORY) === undefined));
  fc.assert(fc.property(fc.uuid(), (uuid) => uploadBeganAt(uuid, REPOSITORY) === undefined));
  assert.equal(uploadBeganAt(id.toUpperCase(), REPOSITORY), undefined);
});
