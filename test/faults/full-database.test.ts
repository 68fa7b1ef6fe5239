import { test } from "node:test";
import { openFaultySqlite } from "./faulty-sqlite.ts";
import { FULL_DATABASE } from "./kinds.ts";
import { playEverySite } from "./play-every-site.ts";

test(`wherever the database meets ${FULL_DATABASE.name}, what was acknowledged is there, and the hub lives on`, () =>
  playEverySite({ openDatabase: openFaultySqlite }, FULL_DATABASE));
