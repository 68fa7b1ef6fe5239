import { test } from "node:test";
import { POSTGRES_SERVER } from "../../src/database/postgres-server.ts";
import { CONNECTION_FAULTS, SLOW_POSTGRES } from "./kinds.ts";
import { playOnPostgres } from "./play-on-postgres.ts";

for (const kind of CONNECTION_FAULTS) {
  test(`wherever PostgreSQL meets ${kind.name}, what was acknowledged is there, and the hub lives on`, () =>
    playOnPostgres(kind));
}

test(
  "while a commit of PostgreSQL takes long, others read, and the hub lives on",
  {
    skip:
      POSTGRES_SERVER === undefined &&
      "in this process it has one connection: IMAGEHUB_TEST_POSTGRES names a server",
  },
  () => playOnPostgres(SLOW_POSTGRES),
);
