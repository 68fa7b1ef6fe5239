import assert from "node:assert/strict";
import { test } from "node:test";
import { rememberUntilChanged } from "./remembered.ts";

test("an answer is given again until its version rises", async () => {
  const { database, find, asked } = remembering();
  assert.equal(await find("a"), await find("a"));
  assert.deepEqual(asked, ["a"]);
  database.count += 1;
  await find("a");
  assert.deepEqual(asked, ["a", "a"]);
});

test("that nothing was found is remembered as well", async () => {
  const { find, asked } = remembering({ answer: () => undefined });
  assert.equal(await find("a"), undefined);
  assert.equal(await find("a"), undefined);
  assert.deepEqual(asked, ["a"]);
});

test("a commit while the query runs makes its answer out of date", async () => {
  const { database, find, asked } = remembering({ answer: () => ({ at: (database.count += 1) }) });
  await find("a");
  await find("a");
  assert.deepEqual(asked, ["a", "a"]);
});

test("nothing is remembered where other processes commit as well", async () => {
  const { find, asked } = remembering({ version: () => undefined });
  await find("a");
  await find("a");
  assert.deepEqual(asked, ["a", "a"]);
});

function remembering({
  answer,
  version,
}: { answer?: () => object | undefined; version?: () => undefined } = {}) {
  const database = { count: 0 };
  const asked: string[] = [];
  const query = {
    version: version ?? (() => database.count),
    async first(key: string) {
      asked.push(key);
      return answer ? answer() : { key };
    },
  };
  return { database, find: rememberUntilChanged(query, (key) => key), asked };
}
