import { ACCOUNT_NAME, ACCOUNT_NAME_EXPECTED } from "../resources/name-grammar.ts";
import { InvalidAccountError } from "./errors.ts";
import { MAX_PASSWORD_BYTES } from "./password.ts";

/** Names that would be taken for something else: parts of URLs and of other registries' names. */
const RESERVED_NAMES = new Set([
  "admin",
  "anonymous",
  "api",
  "apis",
  "library",
  "system",
  "v1",
  "v2",
  "token",
]);

/** NIST SP 800-63B asks for 8 at least. */
const MIN_PASSWORD_LENGTH = 8;

/** Whether no user and no organization gets this name, but by an administrator. */
export function isReservedName(name: string): boolean {
  return RESERVED_NAMES.has(name);
}

/**
 * Why a user does not make an organization, missing so far, by what it puts into it.
 * @returns undefined when the name is free to take
 */
export function whyOrganizationReserved(name: string): string | undefined {
  if (!isReservedName(name)) return undefined;
  return `organization ${name} is not there, and its name is reserved; choose another, or ask an administrator to make it`;
}

/** Whether a text may be a user's name: what is none is nobody's, and PostgreSQL cannot be asked about each text. */
export function isUserName(name: string): boolean {
  return ACCOUNT_NAME.test(name);
}

/** Refuses a name that no new account gets. @throws InvalidAccountError */
export function checkName(name: string): void {
  if (!isUserName(name)) {
    throw new InvalidAccountError(
      "name",
      `Cannot register ${JSON.stringify(name.slice(0, 100))}: ${ACCOUNT_NAME_EXPECTED}`,
    );
  }
  if (isReservedName(name))
    throw new InvalidAccountError("name", `Cannot register ${JSON.stringify(name)}: the name is reserved`);
}

/** Refuses a new password, before it is hashed. @throws InvalidAccountError */
export function checkPassword(password: string): void {
  const isShort = password.length < MIN_PASSWORD_LENGTH;
  if (isShort || Buffer.byteLength(password) > MAX_PASSWORD_BYTES || password.includes("\0")) {
    throw new InvalidAccountError(
      "password",
      `Cannot take password: expected ${MIN_PASSWORD_LENGTH} characters to ${MAX_PASSWORD_BYTES} bytes, and no NUL`,
    );
  }
}

/** @throws InvalidAccountError */
export function checkDisplayName(displayName = ""): void {
  if (/\p{Cc}/u.test(displayName))
    throw new InvalidAccountError(
      "displayName",
      "Cannot register: expected a display name without control characters",
    );
}
