import { createHash } from "node:crypto";
import { jwtVerify, SignJWT, type JWTPayload } from "jose";
import { LRUCache } from "lru-cache";
import { UnauthenticatedError } from "./errors.ts";
import type { AccessEntry, Action } from "./scope.ts";
import { SIGNING_ALGORITHM, type SigningKey } from "./signing-key.ts";
import { ANONYMOUS, type Subject } from "./subject.ts";

/** `service` of the challenge and audience of its tokens: constant, whatever host the hub is reached by. */
export const SERVICE = "imagehub";
/** Long enough for a client to use it, short enough that a right that was taken away ends soon. */
export const TOKEN_TTL_S = 300;
/** Clocks of replicas differ a little. */
const CLOCK_TOLERANCE_S = 30;
/** Tokens verified lately; a client sends the same one with each request. */
const MAX_VERIFIED = 20_000;

/** What a registry token grants. */
export interface Grant {
  subject: Subject;
  catalog: boolean;
  /** Repository name → actions. */
  repositories: ReadonlyMap<string, ReadonlySet<Action>>;
}

export interface RegistryTokens {
  issue(subject: Subject, access: AccessEntry[]): Promise<string>;
  /** @throws UnauthenticatedError */
  verify(token: string): Grant | Promise<Grant>;
}

export function createRegistryTokens({
  key,
  now = Date.now,
}: {
  key: SigningKey;
  now?: () => number;
}): RegistryTokens {
  // Keyed by hash, so that memory holds no token; each entry ends with its token.
  const verified = new LRUCache<string, { grant: Grant; expiresAt: number }>({ max: MAX_VERIFIED });

  return {
    async issue(subject, access) {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({ access, administrator: subject.kind === "user" && subject.administrator })
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: key.id, typ: "JWT" })
        .setIssuer(SERVICE)
        .setAudience(SERVICE)
        .setSubject(subject.kind === "user" ? subject.name : "")
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(issuedAt + TOKEN_TTL_S)
        .sign(key.privateKey);
    },

    verify(token) {
      const hash = createHash("sha256").update(token).digest("base64");
      const known = verified.get(hash);
      if (known && known.expiresAt > now()) return known.grant;
      return verifyAnew(token, { key, now: now() }).then(({ grant, expiresAt }) => {
        verified.set(hash, { grant, expiresAt });
        return grant;
      });
    },
  };
}

async function verifyAnew(
  token: string,
  { key, now }: { key: SigningKey; now: number },
): Promise<{ grant: Grant; expiresAt: number }> {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [SIGNING_ALGORITHM],
      issuer: SERVICE,
      audience: SERVICE,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(now),
    });
    return { grant: toGrant(payload), expiresAt: (payload.exp ?? 0) * 1000 };
  } catch (error) {
    throw new UnauthenticatedError(`Cannot accept token: ${(error as Error).message}`);
  }
}

function toGrant(payload: JWTPayload): Grant {
  const access = (payload["access"] ?? []) as AccessEntry[];
  const repositories = new Map<string, Set<Action>>();
  for (const { type, name, actions } of access) {
    if (type !== "repository") continue;
    const granted = repositories.get(name) ?? new Set();
    repositories.set(name, granted.union(new Set(actions as Action[])));
  }
  return {
    subject: payload.sub
      ? { kind: "user", name: payload.sub, administrator: payload["administrator"] === true }
      : ANONYMOUS,
    catalog: access.some((entry) => entry.type === "registry" && entry.name === "catalog"),
    repositories,
  };
}
