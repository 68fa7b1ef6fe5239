import type { Accounts } from "./accounts.ts";
import { UnauthenticatedError, WrongPasswordError } from "./errors.ts";
import type { LoginLimits } from "./login-limits.ts";
import { currentVisit } from "./visit.ts";

/** The same accounts, whose passwords nobody can guess at leisure: wrong ones count where their visit comes from. */
export function withLoginLimits(accounts: Accounts, limits: LoginLimits): Accounts {
  async function limited<T>(name: string, check: () => Promise<T>): Promise<T> {
    const attempt = { name, address: currentVisit()?.address ?? "" };
    const checked = await limits.check(attempt, () => asChecked(check), isRight);
    if (isRight(checked)) return checked.value;
    throw checked.refusal;
  }

  const logInByPassword: Accounts["logInByPassword"] = (name, password) =>
    limited(name, () => accounts.logInByPassword(name, password));

  return {
    ...accounts,
    logIn: logInByPassword,
    logInByPassword,
    // What whoever has taken a session could guess by.
    confirmPassword: (name, password) => limited(name, () => accounts.confirmPassword(name, password)),
    changePassword: (name, change) => limited(name, () => accounts.changePassword(name, change)),
  };
}

/** What a check of a password gave, with the refusal as a value. */
type Checked<T> = { value: T } | { refusal: Error };

function isRight<T>(checked: Checked<T>): checked is { value: T } {
  return "value" in checked;
}

/** That a password was wrong is an answer; other errors tell nothing of it. */
async function asChecked<T>(check: () => Promise<T>): Promise<Checked<T>> {
  try {
    return { value: await check() };
  } catch (error) {
    if (error instanceof UnauthenticatedError || error instanceof WrongPasswordError) {
      return { refusal: error };
    }
    throw error;
  }
}
