import type { Accounts } from "./accounts.ts";
import { UnauthenticatedError } from "./errors.ts";
import { ANONYMOUS, type Subject } from "./subject.ts";

/** What an Authorization header carries. */
export type Credentials =
  | { scheme: "none" }
  | { scheme: "basic"; name: string; password: string }
  | { scheme: "bearer"; token: string };

/**
 * Parses an Authorization header (RFC 7617, RFC 6750).
 * @throws UnauthenticatedError for a scheme or form that is not taken
 */
export function parseAuthorization(header: string | undefined): Credentials {
  if (header === undefined || header === "") return { scheme: "none" };
  const space = header.indexOf(" ");
  const scheme = header.slice(0, Math.max(space, 0)).toLowerCase();
  const value = header.slice(space + 1).trim();
  if (scheme === "bearer") return { scheme, token: value };
  if (scheme === "basic") return parseBasic(value);
  throw new UnauthenticatedError("Cannot read Authorization: expected Basic or Bearer");
}

/**
 * Who sends a request with this Authorization header, by password.
 * @throws UnauthenticatedError
 */
export async function authenticate(accounts: Accounts, header: string | undefined): Promise<Subject> {
  const credentials = parseAuthorization(header);
  switch (credentials.scheme) {
    case "none":
      return ANONYMOUS;
    case "basic":
      return accounts.logIn(credentials.name, credentials.password);
    case "bearer":
      throw new UnauthenticatedError("Cannot accept token: it is not known here");
  }
}

function parseBasic(value: string): Credentials {
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0)
    throw new UnauthenticatedError("Cannot read Authorization: expected Basic and name:password in base64");
  return { scheme: "basic", name: text.slice(0, colon), password: text.slice(colon + 1) };
}
