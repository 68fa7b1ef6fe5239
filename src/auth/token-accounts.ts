import type { Accounts } from "./accounts.ts";
import { UnauthenticatedError } from "./errors.ts";
import type { PersonalTokens } from "./personal-tokens.ts";
import type { Robots } from "./robots.ts";
import type { Subject } from "./subject.ts";
import { tokenKindOf } from "./token-text.ts";

interface Tokens {
  personalTokens: Pick<PersonalTokens, "logIn">;
  robots: Pick<Robots, "logIn">;
}

/** The same accounts, that also take tokens: as bearer, and in the place of a password. */
export function withTokens(accounts: Accounts, { personalTokens, robots }: Tokens): Accounts {
  const logInByToken = (token: string): Promise<Subject> =>
    tokenKindOf(token) === "iht" ? robots.logIn(token) : personalTokens.logIn(token);
  return {
    ...accounts,
    logInByToken,

    async logIn(name, password) {
      const kind = tokenKindOf(password);
      if (kind !== "ihp" && kind !== "iht") return accounts.logIn(name, password);
      const subject = await logInByToken(password);
      if (subject.kind === "anonymous" || subject.name !== name) throw new UnauthenticatedError();
      return subject;
    },
  };
}
