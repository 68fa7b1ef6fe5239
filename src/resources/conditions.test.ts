import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeConditions, toKubernetesTime } from "./conditions.ts";

const first = new Date("2026-01-01T00:00:00.123Z");
const later = new Date("2026-01-02T00:00:00Z");
const ready = { type: "Ready", status: "True", reason: "Inspected", message: "" } as const;

test("a condition keeps its transition time until its status changes", () => {
  const before = mergeConditions(undefined, [ready], first);
  assert.equal(before[0]?.lastTransitionTime, "2026-01-01T00:00:00Z");
  const same = mergeConditions(before, [{ ...ready, reason: "Other" }], later);
  assert.deepEqual([same[0]?.reason, same[0]?.lastTransitionTime], ["Other", "2026-01-01T00:00:00Z"]);
  const changed = mergeConditions(before, [{ ...ready, status: "False" }], later);
  assert.equal(changed[0]?.lastTransitionTime, toKubernetesTime(later));
});

test("a condition that is not stated any more goes", () => {
  const before = mergeConditions(undefined, [ready, { ...ready, type: "DetailUnavailable" }], first);
  assert.deepEqual(
    mergeConditions(before, [ready], later).map(({ type }) => type),
    ["Ready"],
  );
});
