import ipaddr from "ipaddr.js";
import { LRUCache } from "lru-cache";
import { isUserName } from "./account-rules.ts";
import { TooManyLoginsError } from "./errors.ts";
import { createAllowance, type Allowance } from "./login-allowance.ts";
import { createTurns } from "./turns.ts";

/**
 * Failed logins that are taken at once, and how often one more is. A user who forgot a password tries a few; nobody
 * tries a thousand from one place.
 */
const LIMITS = {
  /** Of one name from one address. */
  stranger: { burst: 10, everyMs: 30_000 },
  /** The same, where the user has logged in before: an office behind one address, or a command with an old password. */
  known: { burst: 50, everyMs: 5_000 },
  /** Of all names from one address, but for users who have logged in there. */
  address: { burst: 100, everyMs: 5_000 },
  /** Of one name from all addresses, but for those where its user has logged in. */
  name: { burst: 100, everyMs: 5_000 },
};
/** Names with addresses where their users have logged in. */
const MAX_KNOWN = 20_000;

/** Where a login comes from. */
export interface LoginAttempt {
  name: string;
  address: string;
}

/**
 * Limits on guessing passwords. Nobody is locked out for good: a limit fills up again by itself, one that others
 * exhausted does not hold where the user has logged in before, and tokens are asked nothing.
 */
export interface LoginLimits {
  /**
   * Runs a check of a password, one after the other for each name and address.
   * @param isRight whether the password was right
   * @throws TooManyLoginsError before it is checked
   */
  check<T>(attempt: LoginAttempt, verify: () => Promise<T>, isRight: (result: T) => boolean): Promise<T>;
}

export function createLoginLimits({ now = Date.now }: { now?: () => number } = {}): LoginLimits {
  const strangers = createAllowance(LIMITS.stranger, now);
  const locals = createAllowance(LIMITS.known, now);
  const addresses = createAllowance(LIMITS.address, now);
  const names = createAllowance(LIMITS.name, now);
  const known = new LRUCache<string, true>({ max: MAX_KNOWN });
  // Many guesses at once count as many.
  const inTurn = createTurns();

  /** The allowances that a failure is counted in, each with its key. */
  function allowancesOf({ name, address }: LoginAttempt): [Allowance, string][] {
    const pair = `${name} ${address}`;
    if (known.get(pair)) return [[locals, pair]];
    return [
      [strangers, pair],
      [addresses, address],
      [names, name],
    ];
  }

  return {
    check(given, verify, isRight) {
      const attempt = { name: nameKey(given.name), address: addressKey(given.address) };
      const pair = `${attempt.name} ${attempt.address}`;
      return inTurn(pair, async () => {
        const waitMs = Math.max(...allowancesOf(attempt).map(([allowance, key]) => allowance.waitMs(key)));
        if (waitMs > 0) throw new TooManyLoginsError(Math.ceil(waitMs / 1000));
        const result = await verify();
        if (isRight(result)) known.set(pair, true);
        else for (const [allowance, key] of allowancesOf(attempt)) allowance.take(key);
        return result;
      });
    },
  };
}

/** All texts that are no names are one: a key is short. */
function nameKey(name: string): string {
  return isUserName(name) ? name : "";
}

/** What limits count an address as. Of IPv6 a client has 2^64 addresses at the least (RFC 6177). */
export function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return "";
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
