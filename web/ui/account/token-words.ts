import type { NewToken, TokenScope } from "../../../src/api/contract/tokens.ts";

/** What a token may be made for, the least first. */
export const TOKEN_SCOPES: readonly TokenScope[] = ["read", "write", "delete", "admin"];

/** How long tokens live, in days; `never` for those that stay until they are revoked. */
export const LIFETIMES = ["7", "30", "90", "365", "never"] as const;
export type Lifetime = (typeof LIFETIMES)[number];

/** As in `api/contract/tokens.ts`. */
const PATTERN = /^[a-z0-9*][a-z0-9*._/-]*$/;
const MAX_PATTERNS = 20;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What the form of a new token holds. */
export interface TokenWords {
  name: string;
  scopes: TokenScope[];
  /** Patterns, with spaces, commas or lines between them. */
  repositories: string;
  lifetime: Lifetime;
}

/** The patterns of a text; none is all repositories. */
export function parsePatterns(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((pattern) => pattern !== ""))];
}

/** The first of the patterns that is none. */
export function wrongPattern(text: string): string | undefined {
  return parsePatterns(text).find((pattern, index) => index >= MAX_PATTERNS || !PATTERN.test(pattern));
}

/** What the hub is asked for. */
export function toNewToken({ name, scopes, repositories, lifetime }: TokenWords, now: Date): NewToken {
  const days = Number(lifetime);
  return {
    name: name.trim(),
    scopes: scopes.includes("admin") ? ["admin"] : scopes,
    repositories: parsePatterns(repositories),
    ...(lifetime !== "never" && { expiresAt: new Date(now.getTime() + days * DAY_MS).toISOString() }),
  };
}
