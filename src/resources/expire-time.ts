const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

export const MIN_EXPIRE_MS = 60_000;
export const MAX_EXPIRE_MS = 24 * 3_600_000;

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
