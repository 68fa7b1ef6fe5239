import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { databasePlaces } from "../../database/dump/places.fixture.ts";
import { testBackupUnderLoad, testCutOffBackup } from "./backup-suite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-backup-"));
after(() => rm(folder, { recursive: true }));

const places = databasePlaces(folder);
for (const [name, place] of Object.entries(places)) {
  testBackupUnderLoad(`${name} into itself`, { from: place, to: place });
}
const { SQLite, PostgreSQL } = places;
if (SQLite) testCutOffBackup(SQLite);
if (SQLite && PostgreSQL) testBackupUnderLoad("SQLite into PostgreSQL", { from: SQLite, to: PostgreSQL });
