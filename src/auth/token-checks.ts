import { isDeepStrictEqual } from "node:util";
import { LRUCache } from "lru-cache";
import { rememberUntilChanged, type VersionedQuery } from "../database/remembered.ts";
import { UnauthenticatedError } from "./errors.ts";
import type { RobotSubject, Subject, UserSubject } from "./subject.ts";
import { hashToken, isTokenText, type TokenKind } from "./token-text.ts";

/** `lastUsedAt` is as old as this at most: a client may send its token with each request. */
const USE_NOTED_EVERY_MS = 60_000;
/** Tokens whose use was noted lately. */
const MAX_NOTED = 10_000;

/** What must be known to let a token in. */
export interface FoundToken {
  /** Who it stands for, with its limits. */
  subject: (UserSubject | RobotSubject) & Required<Pick<UserSubject, "token">>;
  /** Whether its owner is. */
  disabled: boolean;
  /** 0: never. */
  lastUsedAt: number;
}

/** Where tokens of a kind are kept. */
export interface TokenSource {
  kind: TokenKind;
  byHash: VersionedQuery<{ hash: string }, FoundToken>;
  byId: VersionedQuery<{ id: string }, FoundToken>;
  /** Nobody waits for it, and nothing depends on it: a database that fails says so to its writers. */
  markUsed(used: { id: string; now: number }): Promise<void>;
}

export interface TokenChecks<S extends Subject> {
  /** Who a token stands for. @throws UnauthenticatedError */
  logIn(token: string): Promise<S>;
  /** The token of an id, if it is good: of which something was made. */
  find(id: string): Promise<S | undefined>;
  /** Whether what a subject logged in with is good as it was then: its token neither revoked, expired nor changed. */
  isLive(subject: S): Promise<boolean>;
}

export function createTokenChecks<S extends FoundToken["subject"]>({
  source,
  now,
}: {
  source: TokenSource;
  now: () => number;
}): TokenChecks<S> {
  // Never older than a commit that changes it, so a revocation is one at once.
  const byHash = rememberUntilChanged(source.byHash, ({ hash }) => hash);
  const byId = rememberUntilChanged(source.byId, ({ id }) => id);
  const noted = new LRUCache<string, number>({ max: MAX_NOTED });

  function isUsable({ disabled, subject: { token } }: FoundToken): boolean {
    return !disabled && (token.expiresAt === undefined || token.expiresAt > now());
  }

  function noteUse({ subject, lastUsedAt }: FoundToken): void {
    const { id } = subject.token;
    const before = Math.max(noted.get(id) ?? 0, lastUsedAt);
    if (now() - before < USE_NOTED_EVERY_MS) return;
    noted.set(id, now());
    void source.markUsed({ id, now: now() }).catch(() => noted.delete(id));
  }

  return {
    async logIn(token) {
      if (!isTokenText(token)) throw new UnauthenticatedError(notWhole(source.kind));
      const found = await byHash({ hash: hashToken(token) });
      if (!found) throw new UnauthenticatedError(UNKNOWN);
      if (!isUsable(found)) throw new UnauthenticatedError(found.disabled ? UNKNOWN : EXPIRED);
      noteUse(found);
      return found.subject as S;
    },

    async find(id) {
      const found = await byId({ id });
      return found && isUsable(found) ? (found.subject as S) : undefined;
    },

    async isLive(subject) {
      const found = await byId({ id: subject.token.id });
      return found !== undefined && isUsable(found) && isDeepStrictEqual(found.subject, subject);
    },
  };
}

function notWhole(kind: TokenKind): string {
  return `Cannot accept token: expected ${kind}_ and 49 letters and digits with their checksum; was it copied whole?`;
}

const UNKNOWN = "Cannot accept token: it is not known here; it was revoked, or is of another hub";
const EXPIRED = "Cannot accept token: it has expired; make a new one, or give it more time";
