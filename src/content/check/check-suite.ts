import { after, before, describe } from "node:test";
import { testBytes } from "./bytes-suite.ts";
import type { DamageableDatabase } from "./check.fixture.ts";
import { testManifests } from "./manifests-suite.ts";
import { testNoDamage } from "./no-damage-suite.ts";
import { testRepairs } from "./repairs-suite.ts";
import { testReport } from "./report-suite.ts";
import { testRows } from "./rows-suite.ts";

/** What a check finds and repairs, on every database. */
export function testCheck(name: string, open: () => Promise<DamageableDatabase>): void {
  describe(`check on ${name}`, () => {
    let opened: DamageableDatabase;
    before(async () => {
      opened = await open();
    });
    after(() => opened.database.close());

    testBytes(() => opened);
    testRepairs(() => opened);
    testReport(() => opened);
    testRows(() => opened);
    testManifests(() => opened);
    testNoDamage(() => opened);
  });
}
