import { test } from "node:test";
import { POSTGRES_CONFLICT, POSTGRES_FAULTS } from "./kinds.ts";
import { playOnPostgres } from "./play-on-postgres.ts";

for (const kind of [...POSTGRES_FAULTS, POSTGRES_CONFLICT]) {
  test(`wherever PostgreSQL meets ${kind.name}, what was acknowledged is there, and the hub lives on`, () =>
    playOnPostgres(kind));
}
