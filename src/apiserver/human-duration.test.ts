import assert from "node:assert/strict";
import { test } from "node:test";
import { humanDuration } from "./human-duration.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds → what `kubectl get` shows. */
const SHOWN: [number, string][] = [
  [Number.NaN, "<invalid>"],
  [-2, "<invalid>"],
  [-1, "0s"],
  [0, "0s"],
  [119, "119s"],
  [2 * MINUTE, "2m"],
  [9 * MINUTE + 59, "9m59s"],
  [10 * MINUTE + 1, "10m"],
  [3 * HOUR - 1, "179m"],
  [3 * HOUR, "3h"],
  [7 * HOUR + 30 * MINUTE, "7h30m"],
  [47 * HOUR, "47h"],
  [2 * DAY + 3 * HOUR, "2d3h"],
  [8 * DAY + HOUR, "8d"],
  [729 * DAY, "729d"],
  [770 * DAY, "2y40d"],
  [9 * 365 * DAY, "9y"],
];

test("an age is shown as kubectl shows it", () => {
  for (const [seconds, shown] of SHOWN) assert.equal(humanDuration(seconds * 1000), shown);
});
