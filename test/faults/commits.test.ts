import { test } from "node:test";
import { openFaultySqlite } from "./faulty-sqlite.ts";
import { COMMIT_FAULT } from "./kinds.ts";
import { playEverySite } from "./play-every-site.ts";

test(`wherever the database meets ${COMMIT_FAULT.name}, what was acknowledged is there, and the hub lives on`, () =>
  playEverySite({ openDatabase: openFaultySqlite }, COMMIT_FAULT));
