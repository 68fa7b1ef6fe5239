import assert from "node:assert/strict";
import { test } from "node:test";
import type { Robot } from "../../../src/api/contract/robots.ts";
import {
  lifetimesOf,
  NEW_ROBOT,
  toChangedRobot,
  toNewRobot,
  wordsOf,
  wrongRobotPattern,
} from "./robot-words.ts";

const NOW = new Date("2026-01-01T00:00:00Z");
const CI: Robot = {
  name: "ci",
  login: "team+ci",
  scopes: ["read", "write"],
  repositories: ["team/*"],
  createdBy: "olga",
  createdAt: NOW.toISOString(),
};

test("a pattern of another organization, or that is none, is told", () => {
  assert.equal(wrongRobotPattern("team", "team/app-*, teams/app"), "teams/app");
  assert.equal(wrongRobotPattern("team", "*"), "*");
  assert.equal(wrongRobotPattern("team", "team/A"), "team/A");
  assert.equal(wrongRobotPattern("team", "team/app-*\nteam/web"), undefined);
});

test("a new robot ends when it is said, and one for ever says nothing of it", () => {
  assert.deepEqual(toNewRobot({ ...NEW_ROBOT, name: "ci", lifetime: "7" }, NOW), {
    name: "ci",
    scopes: ["read", "write"],
    repositories: [],
    expiresAt: "2026-01-08T00:00:00.000Z",
  });
  assert.equal(toNewRobot({ ...NEW_ROBOT, name: "ci", lifetime: "never" }, NOW).expiresAt, undefined);
});

test("a robot that is there keeps when it ends, unless another time is chosen", () => {
  const words = wordsOf(CI);
  assert.deepEqual(words, { name: "ci", scopes: ["read", "write"], repositories: "", lifetime: "kept" });
  assert.ok(!("expiresAt" in toChangedRobot(words, NOW)));
  assert.equal(toChangedRobot({ ...words, lifetime: "never" }, NOW).expiresAt, null);
  assert.equal(wordsOf({ ...CI, repositories: ["team/a", "team/b"] }).repositories, "team/a\nteam/b");
  assert.ok(lifetimesOf(CI).includes("kept") && !lifetimesOf(undefined).includes("kept"));
});
