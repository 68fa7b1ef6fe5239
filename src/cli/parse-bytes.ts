import { CommandError } from "./errors.ts";

const FACTORS: Record<string, number> = {
  "": 1,
  k: 1000,
  m: 1000 ** 2,
  g: 1000 ** 3,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
};

/** Parses a size such as `50MB`, `1.5 GiB` or `4096`. @throws CommandError */
export function parseBytes(flag: string, text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmg]i?)?b?$/i.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(number) * (FACTORS[unit.toLowerCase()] ?? 0));
  if (number !== "" && bytes >= 1 && Number.isSafeInteger(bytes)) return bytes;
  throw new CommandError(
    `Cannot take ${flag} ${JSON.stringify(text)}: expected a number of bytes, for example 50MB or 64MiB`,
  );
}
