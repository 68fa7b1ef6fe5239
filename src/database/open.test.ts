import assert from "node:assert/strict";
import { test } from "node:test";
import { DatabaseUrlError } from "./errors.ts";
import { openDatabase } from "./open.ts";

for (const url of ["", "hub.db", "sqlite:", "sqlite::memory:", "mysql://hub", "postgres:hub"]) {
  test(`openDatabase() refuses ${JSON.stringify(url)} and says what it takes`, async () => {
    await assert.rejects(openDatabase(url), /expected sqlite:PATH or postgres:\/\//);
  });
}

test("a refused URL is shown without its password", async () => {
  await assert.rejects(
    openDatabase("mysql://hub:secret@db/hub"),
    (error) => error instanceof DatabaseUrlError && !error.message.includes("secret"),
  );
});
