import assert from "node:assert/strict";
import { test } from "node:test";
import { rememberUntilCommit } from "./remembered.ts";

test("an answer is given again until the next commit", async () => {
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
  const { find, asked } = remembering({ commits: () => undefined });
  await find("a");
  await find("a");
  assert.deepEqual(asked, ["a", "a"]);
});

function remembering({
  answer,
  commits,
}: { answer?: () => object | undefined; commits?: () => undefined } = {}) {
  const database = { count: 0, commits: (): number | undefined => database.count };
  const asked: string[] = [];
  const find = rememberUntilCommit(commits ? { commits } : database, {
    keyOf: (key: string) => key,
    async query(key) {
      asked.push(key);
      return answer ? answer() : { key };
    },
  });
  return { database, find, asked };
}
