import { hash } from "node:crypto";
import { jwtVerify, SignJWT, type JWTPayload } from "jose";
import { LRUCache } from "lru-cache";
import { UnauthenticatedError } from "./errors.ts";
import type { AccessEntry, Action } from "./scope.ts";
import { SIGNING_ALGORITHM, type SigningKey, type SigningKeys } from "./signing-key.ts";
import type { Liveness } from "./liveness.ts";
import { ANONYMOUS, subjectName, type Subject, type TokenLimits } from "./subject.ts";
import { createTokensOfSecond } from "./tokens-of-second.ts";

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

export interface RegistryTokensOptions {
  keys: Pick<SigningKeys, "current" | "find">;
  /** A registry token ends with the account, or the token, that it was issued for. */
  liveness: Liveness;
  /** Default Date.now. */
  now?: () => number;
}

export function createRegistryTokens(options: RegistryTokensOptions): RegistryTokens {
  const { keys, liveness, now = Date.now } = options;
  // Keyed by hash, so that memory holds no token; each entry ends with its token.
  const verified = new LRUCache<string, { grant: Grant; expiresAt: number }>({ max: MAX_VERIFIED });
  const { share } = createTokensOfSecond();

  return {
    issue(subject, access) {
      const issuedAt = Math.floor(now() / 1000);
      const key = keys.current();
      return share(issuedAt, { key: key.id, subject, access }, async () => {
        const token = await sign({ access, ...claimsOf(subject) }, { key, issuedAt });
        // Its next request follows at once, and need not verify what was just signed.
        const grant = grantOf(subject, access);
        verified.set(hashOf(token), { grant, expiresAt: (issuedAt + TOKEN_TTL_S) * 1000 });
        return token;
      });
    },

    verify(token) {
      const id = hashOf(token);
      const known = verified.get(id);
      if (known && known.expiresAt > now()) return isAnonymous(known.grant) ? known.grant : live(known.grant);
      return verifyAnew(token, { keys, now: now() }).then(({ grant, expiresAt }) => {
        verified.set(id, { grant, expiresAt });
        return live(grant);
      });
    },
  };

  async function live(grant: Grant): Promise<Grant> {
    if (await liveness.isLive(grant.subject)) return grant;
    throw new UnauthenticatedError(
      `Cannot accept token: the account or token of ${subjectName(grant.subject)} behind it was changed or has ended`,
    );
  }
}

function sign(claims: JWTPayload, { key, issuedAt }: { key: SigningKey; issuedAt: number }): Promise<string> {
  const jwt = new SignJWT(claims)
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: key.id, typ: "JWT" })
    .setIssuer(SERVICE)
    .setAudience(SERVICE)
    .setIssuedAt(issuedAt)
    // Whoever else verifies it may have a clock that is a little behind.
    .setNotBefore(issuedAt - CLOCK_TOLERANCE_S)
    .setExpirationTime(issuedAt + TOKEN_TTL_S);
  return jwt.sign(key.privateKey);
}

function isAnonymous({ subject }: Grant): boolean {
  return subject.kind === "anonymous";
}

function hashOf(token: string): string {
  return hash("sha256", token, "base64");
}

async function verifyAnew(
  token: string,
  { keys, now }: { keys: Pick<SigningKeys, "find">; now: number },
): Promise<{ grant: Grant; expiresAt: number }> {
  try {
    const { payload } = await jwtVerify(token, async ({ kid }) => publicKeyOf(await keys.find(kid)), {
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

function publicKeyOf(key: SigningKey | undefined): SigningKey["publicKey"] {
  if (key) return key.publicKey;
  throw new Error("no key of this hub signed it, or none that is in use");
}

/** Beside the standard ones. */
interface SubjectClaims {
  sub: string;
  administrator: boolean;
  /** Of a robot. */
  organization?: string;
  token?: TokenLimits;
}

function claimsOf(subject: Subject): SubjectClaims {
  if (subject.kind === "anonymous") return { sub: "", administrator: false };
  const { name: sub, administrator, token } = subject;
  const organization = subject.kind === "robot" && { organization: subject.organization };
  return { sub, administrator, ...organization, ...(token && { token }) };
}

function toGrant(payload: JWTPayload & Partial<SubjectClaims>): Grant {
  return grantOf(toSubject(payload), (payload["access"] ?? []) as AccessEntry[]);
}

function toSubject({ sub: name, ...claims }: JWTPayload & Partial<SubjectClaims>): Subject {
  if (name === undefined || name === "") return ANONYMOUS;
  const { administrator = false, organization, token } = claims;
  if (organization !== undefined && token)
    return { kind: "robot", name, organization, administrator: false, token };
  return { kind: "user", name, administrator, ...(token && { token }) };
}

function grantOf(subject: Subject, access: AccessEntry[]): Grant {
  const repositories = new Map<string, Set<Action>>();
  for (const { type, name, actions } of access) {
    if (type !== "repository") continue;
    const granted = repositories.get(name) ?? new Set();
    repositories.set(name, granted.union(new Set(actions as Action[])));
  }
  const catalog = access.some((entry) => entry.type === "registry" && entry.name === "catalog");
  return { subject, catalog, repositories };
}
