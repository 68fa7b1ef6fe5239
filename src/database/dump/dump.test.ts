import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { testDump, testSnapshot } from "./dump-suite.ts";
import { databasePlaces } from "./places.fixture.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-dump-"));
after(() => rm(folder, { recursive: true }));

const places = databasePlaces(folder);
const { SQLite, ...others } = places;
if (SQLite) {
  testDump("SQLite into SQLite", { from: SQLite, to: SQLite });
  for (const [name, place] of Object.entries(others)) {
    testDump(`SQLite into ${name}`, { from: SQLite, to: place });
    testDump(`${name} into SQLite`, { from: place, to: SQLite });
  }
}
for (const [name, place] of Object.entries(places)) {
  // PGlite has one connection: a write waits until the snapshot is closed.
  testSnapshot(name, place, { beside: name !== "PGlite" });
}
