import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { RestoreError } from "./errors.ts";
import { markRestore, requireNoRestoreUnderWay } from "./under-way.ts";

const folder = mkdtempSync(join(tmpdir(), "imagehub-under-way-"));
after(() => rmSync(folder, { recursive: true }));

test("after a restore that was cut off a hub starts once one has ended well, not after one that failed", () => {
  markRestore(folder)(false);
  requireNoRestoreUnderWay(folder);
  markRestore(folder);
  markRestore(folder)(false);
  assert.throws(() => requireNoRestoreUnderWay(folder), RestoreError);
  markRestore(folder)(true);
  requireNoRestoreUnderWay(folder);
});
