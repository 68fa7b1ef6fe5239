import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { CollectionReport, CollectOptions, Garbage } from "../content/garbage.ts";
import { registerGarbageMetrics } from "./garbage-metrics.ts";
import { startGarbageSchedule } from "./garbage-schedule.ts";

test("garbage is collected again and again, a failure ends nothing, and the figures tell", async () => {
  const lines: string[] = [];
  const thrice = Promise.withResolvers<void>();
  let calls = 0;
  const schedule = start({
    lines,
    collect: async () => {
      calls += 1;
      if (calls === 1) throw new Error("no database");
      if (calls === 3) thrice.resolve();
      return reportOf({ complete: true });
    },
  });
  await thrice.promise;
  await schedule.close();
  assert.match(lines[0] ?? "", /no database.*garbage collection failed/);
  assert.match(lines[1] ?? "", /"blobs":2.*"bytes":70.*"garbage collected"/);
  const registry = new Registry();
  registerGarbageMetrics(registry, schedule);
  const figures = await registry.metrics();
  assert.match(figures, /^imagehub_garbage_collections_total\{result="failed"\} 1$/m);
  const { complete } = schedule.totals();
  assert.ok(complete >= 2);
  for (const line of [
    `imagehub_garbage_collections_total{result="complete"} ${complete}`,
    `imagehub_garbage_collected_total{kind="blobs"} ${2 * complete}`,
    `imagehub_garbage_collected_bytes_total ${70 * complete}`,
    "imagehub_garbage_failures_total 0",
  ]) {
    assert.ok(figures.split("\n").includes(line), `${line} is not in ${figures}`);
  }
});

test("a hub that stops ends the collection that runs, and begins no other", async () => {
  const begun = Promise.withResolvers<void>();
  let calls = 0;
  const schedule = start({
    collect: async ({ signal } = {}) => {
      calls += 1;
      begun.resolve();
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      return reportOf({ complete: false });
    },
  });
  await begun.promise;
  await schedule.close();
  assert.deepEqual([calls, schedule.totals().aborted], [1, 1]);
});

function start({
  collect,
  lines = [],
}: {
  collect: (options?: CollectOptions) => Promise<CollectionReport>;
  lines?: string[];
}) {
  const garbage: Garbage = { collect };
  const logger = pino({}, { write: (line: string) => lines.push(line) });
  return startGarbageSchedule({ garbage, logger, intervalMs: 1, firstAfterMs: 0 });
}

function reportOf({ complete }: { complete: boolean }): CollectionReport {
  const none = { count: 0, bytes: 0 };
  return {
    dryRun: false,
    startedAt: new Date(0),
    finishedAt: new Date(5),
    complete,
    collected: {
      uploads: none,
      manifests: none,
      links: none,
      contents: none,
      blobs: { count: 2, bytes: 70 },
    },
    bytes: 70,
    failures: 0,
  };
}
