import assert from "node:assert/strict";
import { test } from "node:test";
import { toAuditFilters, toAuditQuery } from "./audit-filters.ts";

test("filters out of an address are those that there are, and others are left out", () => {
  const search = { actor: " olga ", action: "", outcome: "good", span: "24", resource: 7, view: "audit" };
  assert.deepEqual(toAuditFilters(search), { actor: "olga", span: "24" });
  assert.deepEqual(toAuditFilters({ outcome: "denied", span: "1000" }), { outcome: "denied" });
});

test("a span is a time before now", () => {
  const now = new Date("2026-01-02T00:00:00Z");
  assert.deepEqual(toAuditQuery({ actor: "olga", span: "24" }, now), {
    actor: "olga",
    since: "2026-01-01T00:00:00.000Z",
  });
  assert.deepEqual(toAuditQuery({}, now), {});
});
