import type { ChangedRobot, NewRobot, Robot } from "../../../src/api/contract/robots.ts";
import { LIFETIMES, parsePatterns, wrongPattern, type Lifetime } from "../account/token-words.ts";

/** What a robot may be made for: it administers nothing. */
export const ROBOT_SCOPES = ["read", "write", "delete"] as const;
export type RobotScope = (typeof ROBOT_SCOPES)[number];

/** `kept`: as it is, for a robot that is there. */
export type RobotLifetime = Lifetime | "kept";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the form of a robot holds. */
export interface RobotWords {
  /** Within the organization. */
  name: string;
  scopes: RobotScope[];
  /** Patterns within the organization, with spaces, commas or lines between them. */
  repositories: string;
  lifetime: RobotLifetime;
}

export const NEW_ROBOT: RobotWords = {
  name: "",
  scopes: ["read", "write"],
  repositories: "",
  lifetime: "365",
};

/** What is chosen of how long it lives. */
export function lifetimesOf(robot: Robot | undefined): readonly RobotLifetime[] {
  return robot ? ["kept", ...LIFETIMES] : LIFETIMES;
}

/** As it is, to be changed; all of the organization is shown as nothing. */
export function wordsOf({ name, scopes, repositories, login }: Robot): RobotWords {
  const all = `${login.split("+")[0]}/*`;
  const isAll = repositories.length === 1 && repositories[0] === all;
  return {
    name,
    scopes: ROBOT_SCOPES.filter((scope) => scopes.includes(scope)),
    repositories: isAll ? "" : repositories.join("\n"),
    lifetime: "kept",
  };
}

/** The first of the patterns that is none, or another organization's. */
export function wrongRobotPattern(organization: string, text: string): string | undefined {
  const isForeign = (pattern: string) => !pattern.startsWith(`${organization}/`);
  return wrongPattern(text) ?? parsePatterns(text).find(isForeign);
}

/** What the hub is asked for. */
export function toNewRobot({ name, ...words }: RobotWords, now: Date): NewRobot {
  const { expiresAt, ...rest } = toChangedRobot(words, now);
  return { name, scopes: words.scopes, ...rest, ...(expiresAt && { expiresAt }) };
}

/** A lifetime that is kept is left out; null is for ever. */
export function toChangedRobot(
  { scopes, repositories, lifetime }: Omit<RobotWords, "name">,
  now: Date,
): ChangedRobot {
  const words = { scopes, repositories: parsePatterns(repositories) };
  if (lifetime === "kept") return words;
  if (lifetime === "never") return { ...words, expiresAt: null };
  return { ...words, expiresAt: new Date(now.getTime() + Number(lifetime) * DAY_MS).toISOString() };
}
