import assert from "node:assert/strict";
import { test } from "node:test";
import { openUnsyncedSqlite } from "./faulty-sqlite.ts";
import { SLOW_SYNC, SYNC_FAULT } from "./kinds.ts";
import { playEverySite } from "./play-every-site.ts";

test("a sync of the database that fails ends the hub, and the next start has what was acknowledged", () =>
  playEverySite({ openDatabase: openUnsyncedSqlite }, SYNC_FAULT, ({ struck, ended }) =>
    assert.equal(ended, struck),
  ));

test("while a sync of the database takes long, others read, and the hub lives on", () =>
  playEverySite({ openDatabase: openUnsyncedSqlite }, SLOW_SYNC));
