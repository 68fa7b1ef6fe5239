import { ProblemError } from "./problem.ts";

/** Milliseconds since 1970, as the API shows them. */
export function showTime(time: number): string {
  return new Date(time).toISOString();
}

/** When something ends; undefined: never. @throws ProblemError 422 for a time that is over */
export function parseExpiry(text: string | null | undefined): number | undefined {
  if (text === undefined || text === null) return undefined;
  const time = Date.parse(text);
  if (time > Date.now()) return time;
  throw new ProblemError(422, "Not acceptable", {
    detail: `Cannot take expiresAt ${JSON.stringify(text)}: expected a time to come`,
    field: "expiresAt",
  });
}
