const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const UNIT_STEP = 1000;

/** A size in the units that `docker images` uses: powers of 1000, at most one digit after the point. */
export function formatSize(sizeBytes: number, language: string): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= UNIT_STEP - 0.05 && unit < UNITS.length - 1) {
    value /= UNIT_STEP;
    unit += 1;
  }
  const maximumFractionDigits = unit < 2 || value >= 100 ? 0 : 1;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: UNITS[unit] ?? "byte",
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits,
  }).format(value);
}

/** `1.2K`, `1.2万`. */
export function formatCount(count: number, language: string): string {
  return new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }).format(count);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const AGE_UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * DAY_MS],
  ["month", 30 * DAY_MS],
  ["week", 7 * DAY_MS],
  ["day", DAY_MS],
  ["hour", HOUR_MS],
  ["minute", MINUTE_MS],
];

/**
 * `3 days ago`, `3天前`; less than a minute, and a clock that runs behind, is `now`. Where there is little room,
 * `narrow` makes it `3d ago`.
 */
export function formatAge(
  time: Date,
  now: Date,
  language: string,
  style: "long" | "narrow" = "long",
): string {
  const format = new Intl.RelativeTimeFormat(language, {
    numeric: style === "long" ? "auto" : "always",
    style,
  });
  const age = now.getTime() - time.getTime();
  for (const [unit, length] of AGE_UNITS) {
    if (age >= length) return format.format(-Math.floor(age / length), unit);
  }
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "second");
}

/** The exact time, in the reader's time zone. */
export function formatTime(time: Date, language: string, style: "long" | "short" = "long"): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: style }).format(time);
}

/** The same in figures, to the second: for rows of them. */
export function formatMoment(time: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" }).format(time);
}

/** The day, in the reader's time zone. */
export function formatDay(time: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(time);
}

/** `sha256:0123456789ab`, enough to tell two apart by eye. */
export function shortDigest(digest: string): string {
  const [algorithm, hex = ""] = digest.split(":");
  return `${algorithm}:${hex.slice(0, 12)}`;
}

/** An address that a browser opens: a host without a scheme gets https; anything but a web address is refused. */
export function toWebAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const address = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(trimmed)
    ? trimmed
    : `https://${trimmed.replace(/^\/+/, "")}`;
  const url = URL.parse(address);
  return url && /^https?:$/.test(url.protocol) && url.hostname !== "" ? url.href : undefined;
}

/** A number from 0 to 359 that depends on the text alone: the colour of what has no icon. */
export function hueOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % 360;
}
