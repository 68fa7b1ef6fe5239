/** As the hub checks the names of users and organizations (`src/auth/account-rules.ts`). */
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const MIN_PASSWORD_LENGTH = 8;

/** Whether a user or organization may be called so; it may still be taken, or reserved. */
export function isAccountName(name: string): boolean {
  return NAME.test(name);
}

export function isGoodPassword(password: string): boolean {
  return password.length >= MIN_PASSWORD_LENGTH;
}
