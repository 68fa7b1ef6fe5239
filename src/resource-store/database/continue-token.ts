import { ExpiredError } from "../errors.ts";

/** Where a list goes on: the moment it shows, and the name it has come to. */
export interface ListPosition {
  version: number;
  after: string;
}

export function formatContinueToken({ version, after }: ListPosition): string {
  return Buffer.from(`${version}:${after}`).toString("base64url");
}

/** @throws ExpiredError for what is no token: the client lists again, as for one that is too old */
export function parseContinueToken(token: string): ListPosition {
  const match = /^(\d{1,15}):(.*)$/s.exec(Buffer.from(token, "base64url").toString());
  if (!match)
    throw new ExpiredError(`Cannot go on with list: expected the continue token of a page, list again`);
  return { version: Number(match[1]), after: match[2] ?? "" };
}
