import { matches, rule } from "./cel.ts";

/** When a DataPack expires that does not say. */
export const DEFAULT_EXPIRE_TIME = "2h";

export const MIN_EXPIRE_MS = 60_000;
export const MAX_EXPIRE_MS = 24 * 3_600_000;
export const EXPIRE_TIME_EXPECTED = "expected a time from 1m to 24h, such as 90m or 2h";

const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000 } as const;
/** Six digits, leading zeros aside, are more than a day in any unit, and more might be too many for CEL. */
const DURATION = /^(?:0*(\d{1,5})h)?(?:0*(\d{1,5})m)?(?:0*(\d{1,5})s)?$/;

/** Milliseconds of a duration such as `90m` or `1h30m`; undefined when it is none, or not from 1 minute to 24 hours. */
export function parseExpireTime(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (text === "" || !match) return undefined;
  const [hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
  ];
  const total = hours * UNITS_MS.h + minutes * UNITS_MS.m + seconds * UNITS_MS.s;
  return total >= MIN_EXPIRE_MS && total <= MAX_EXPIRE_MS ? total : undefined;
}

/** Go reads durations of more forms than `parseExpireTime`. */
export const EXPIRE_TIME_RULE = rule(
  [
    "self != ''",
    matches(DURATION),
    `duration(self) >= duration('${MIN_EXPIRE_MS / UNITS_MS.s}s')`,
    `duration(self) <= duration('${MAX_EXPIRE_MS / UNITS_MS.s}s')`,
  ].join(" && "),
  EXPIRE_TIME_EXPECTED,
);
