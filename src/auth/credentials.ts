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

/** The token or password of an Authorization header; empty without one. @throws UnauthenticatedError */
export function secretOf(header: string | undefined): string {
  const credentials = parseAuthorization(header);
  switch (credentials.scheme) {
    case "none":
      return "";
    case "basic":
      return credentials.password;
    case "bearer":
      return credentials.token;
  }
}

/**
 * Who sends a request with this Authorization header, by password or token.
 * @throws UnauthenticatedError; TooManyRequestsError
 */
export async function authenticate(accounts: Accounts, header: string | undefined): Promise<Subject> {
  const credentials = parseAuthorization(header);
  switch (credentials.scheme) {
    case "none":
      return ANONYMOUS;
    case "basic":
      return accounts.logIn(credentials.name, credentials.password);
    case "bearer":
      return accounts.logInByToken(credentials.token);
  }
}

function parseBasic(value: string): Credentials {
  const text = Buffer.from(value, "base64").toString("utf8");
  // `docker search` sends an empty name and password over TLS when nobody is logged in.
  if (text === ":") return { scheme: "none" };
  const colon = text.indexOf(":");
  const name = text.slice(0, colon);
  // RFC 7617 §2: a name has no control characters. PostgreSQL cannot be asked about one with a NUL.
  if (colon < 0 || /\p{Cc}/u.test(name))
    throw new UnauthenticatedError("Cannot read Authorization: expected Basic and name:password in base64");
  return { scheme: "basic", name, password: text.slice(colon + 1) };
}
