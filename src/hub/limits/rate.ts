/** So many in so much time. */
export interface Rate {
  amount: number;
  windowMs: number;
  /** As the operator wrote it. */
  text: string;
}

const UNITS_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Above it, no limit is meant. */
const MAX_AMOUNT = 10_000_000;

/** Parses `100/6h`. @returns undefined for a text that is none */
export function parseRate(text: string): Rate | undefined {
  const [, amount, count, unit = ""] = /^(\d{1,8})\/(\d{0,4})([smhd])$/.exec(text) ?? [];
  const windowMs = Number(count === "" ? 1 : count) * (UNITS_MS[unit] ?? 0);
  const isRate = Number(amount) >= 1 && Number(amount) <= MAX_AMOUNT && windowMs > 0;
  return isRate ? { amount: Number(amount), windowMs, text } : undefined;
}
