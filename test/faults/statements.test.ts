import { test } from "node:test";
import { openFaultySqlite } from "./faulty-sqlite.ts";
import { STATEMENT_FAULT } from "./kinds.ts";
import { playEverySite } from "./play-every-site.ts";

test(`wherever the database meets ${STATEMENT_FAULT.name}, what was acknowledged is there, and the hub lives on`, () =>
  playEverySite({ openDatabase: openFaultySqlite }, STATEMENT_FAULT));
