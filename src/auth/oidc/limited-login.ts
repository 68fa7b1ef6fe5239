import { createAllowance } from "../login-allowance.ts";
import { addressKey } from "../login-limits.ts";
import { currentVisit } from "../visit.ts";
import { OidcError } from "./errors.ts";
import type { OidcLogin } from "./oidc-login.ts";

/** Logins of one address that came to nothing, at once, and how often one more is taken: each costs the provider requests. */
const FAILURES = { burst: 100, everyMs: 5_000 };

/** The same login, that failures of one address do not have the provider asked without end. */
export function withOidcLimits(login: OidcLogin, { now = Date.now }: { now?: () => number } = {}): OidcLogin {
  const failures = createAllowance(FAILURES, now);
  return {
    ...login,
    async complete(attempt, query) {
      const address = addressKey(currentVisit()?.address ?? "");
      if (failures.waitMs(address) > 0)
        throw new OidcError("busy", "too many logins of its address came to nothing");
      try {
        return await login.complete(attempt, query);
      } catch (error) {
        failures.take(address);
        throw error;
      }
    },
  };
}
