import { CommandError } from "./errors.ts";

/** When something shall end: `30d`, `12h` or a date, as the API takes it. @throws CommandError */
export function parseExpires(text: string): string {
  const span = /^(\d{1,5})([dh])$/.exec(text);
  const hours = span && Number(span[1]) * (span[2] === "d" ? 24 : 1);
  const time = hours === null ? Date.parse(text) : Date.now() + hours * 3_600_000;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new CommandError(
    `Cannot take --expires ${JSON.stringify(text)}: expected days or hours from now, or a date: 30d, 12h, 2027-01-31`,
  );
}
