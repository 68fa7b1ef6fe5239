const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Below `below` seconds a duration is written in `unit`s, and what is left in `rest`s when it is written at all. */
const STEPS: readonly { below: number; unit: [number, string]; rest?: [number, string] }[] = [
  { below: 2 * MINUTE, unit: [1, "s"] },
  { below: 10 * MINUTE, unit: [MINUTE, "m"], rest: [1, "s"] },
  { below: 3 * HOUR, unit: [MINUTE, "m"] },
  { below: 8 * HOUR, unit: [HOUR, "h"], rest: [MINUTE, "m"] },
  { below: 2 * DAY, unit: [HOUR, "h"] },
  { below: 8 * DAY, unit: [DAY, "d"], rest: [HOUR, "h"] },
  { below: 2 * YEAR, unit: [DAY, "d"] },
  { below: 8 * YEAR, unit: [YEAR, "y"], rest: [DAY, "d"] },
  { below: Infinity, unit: [YEAR, "y"] },
];

/** As `kubectl get` shows an age: two digits or so, whatever its size. `5m30s`, `3d`, `2y40d`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (Number.isNaN(seconds) || seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  const { unit, rest } = STEPS.find(({ below }) => seconds < below) ?? { unit: [YEAR, "y"] };
  const shown = `${Math.floor(seconds / unit[0])}${unit[1]}`;
  const left = rest ? Math.floor((seconds % unit[0]) / rest[0]) : 0;
  return rest && left > 0 ? `${shown}${left}${rest[1]}` : shown;
}
