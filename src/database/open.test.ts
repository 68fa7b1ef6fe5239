import assert from "node:assert/strict";
import { test } from "node:test";
import { DatabaseUrlError } from "./errors.ts";
import { openDatabase } from "./open.ts";

for (const url of ["", "hub.db", "sqlite:", "sqlite::memory:", "mysql://hub", "postgres:hub"]) {
  test(`openDatabase() refuses ${JSON.stringify(url)} and says what it takes`, async () => {
    await assert.rejects(openDatabase(url), /expected sqlite:PATH or postgres:\/\//);
  });
}

test("openDatabase() names a folder that cannot be made, as within /proc and below a file", async () => {
  for (const folder of ["/proc/nope", "/proc/nope/below", `${import.meta.filename}/below`]) {
    await assert.rejects(openDatabase(`sqlite:${folder}/hub.db`), {
      name: "DatabaseFolderError",
      message: /^Cannot open database in \S+: the folder cannot be made .*; choose another one$/,
    });
  }
});

test("a refused URL is shown without its password", async () => {
  await assert.rejects(
    openDatabase("mysql://hub:secret@db/hub"),
    (error) => error instanceof DatabaseUrlError && !error.message.includes("secret"),
  );
});
