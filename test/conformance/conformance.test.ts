import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startHubProcess } from "../hub-process.ts";
import {
  buildConformanceProgram,
  countsOf,
  runConformance,
  shortcomings,
  type DataSwitch,
} from "./program.ts";

/** Fewer checks than this mean that a switch did not arrive; the program makes about a thousand. */
const LEAST_CHECKS = 900;

const program = await buildConformanceProgram();
const folder = await mkdtemp(join(tmpdir(), "imagehub-conformance-"));
after(() => rm(folder, { recursive: true }));

const RUNS: { name: string; flags: string[]; without: DataSwitch[] }[] = [
  // By default an image must have all its blobs, so that one who pulls it gets it.
  { name: "default settings", flags: [], without: ["SPARSE"] },
  { name: "--sparse-manifests all", flags: ["--sparse-manifests", "all"], without: [] },
];

for (const [index, { name, flags, without }] of RUNS.entries()) {
  test(`a hub with ${name} passes the OCI conformance program, nothing skipped`, async () => {
    const hub = await startHubProcess(join(folder, String(index)), { flags });
    try {
      const report = await runConformance(program, { hub, folder, without });
      assert.deepEqual(shortcomings(report), []);
      const counts = countsOf(report);
      assert.ok((counts.get("Total") ?? 0) >= LEAST_CHECKS, report);
      assert.equal(counts.get("Pass"), counts.get("Total"), report);
      assert.deepEqual(notPassed(report), without.length === 0 ? [] : ["Sparse Manifests: Disabled"]);
    } finally {
      assert.equal(await hub.stop(), 0);
    }
  });
}

/** Lines of the summary, by API and by data, that are not `Pass`. */
function notPassed(report: string): string[] {
  const lines = report.matchAll(/^ {2}([A-Z][^.:]*)\.+: +(Disabled|Skip|FAIL|Error|Unknown)$/gm);
  return [...lines].map(([, name, status]) => `${name}: ${status}`);
}
