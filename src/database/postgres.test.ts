import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Database } from "./database.ts";
import { DatabaseFullError } from "./errors.ts";
import { openPglite } from "./pglite.ts";

let database: Database;
before(async () => {
  database = await openPglite();
});
after(() => database.close());

for (const [what, code] of [
  ["a serialization failure", "40001"],
  ["a deadlock", "40P01"],
  ["a lost connection", "ECONNRESET"],
] as const) {
  test(`write() runs its work again after ${what}`, async () => {
    let attempts = 0;
    const result = await database.write(async () => {
      attempts += 1;
      if (attempts < 3) throw failure(code);
      return "done";
    });
    assert.deepEqual([result, attempts], ["done", 3]);
  });
}

test("write() gives up after some attempts", async () => {
  let attempts = 0;
  const writing = database.write(async () => {
    attempts += 1;
    throw failure("40001");
  });
  await assert.rejects(writing, { code: "40001" });
  assert.equal(attempts, 5);
});

test("write() does not repeat what failed for another reason", async () => {
  let attempts = 0;
  const writing = database.write(async () => {
    attempts += 1;
    throw failure("23505");
  });
  await assert.rejects(writing, { code: "23505" });
  assert.equal(attempts, 1);
});

test("write() tells that the disk is full", async () => {
  const writing = database.write(() => Promise.reject(failure("53100")));
  await assert.rejects(writing, DatabaseFullError);
});

function failure(code: string): Error {
  return Object.assign(new Error(`failed with ${code}`), { code });
}
