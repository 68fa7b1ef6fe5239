/** What a token may be made for; `admin` is all that its owner may do. */
export const TOKEN_SCOPES = ["read", "write", "delete", "admin"] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** What a token leaves of its owner's rights. */
export interface TokenLimits {
  id: string;
  scopes: readonly TokenScope[];
  /** Patterns, in which `*` is any text; none: all repositories. */
  repositories: readonly string[];
  /** Milliseconds since 1970. */
  expiresAt?: number;
}

/** Who asks. */
export type Subject = { kind: "anonymous" } | UserSubject | RobotSubject;

export interface UserSubject {
  kind: "user";
  name: string;
  administrator: boolean;
  /** By what it logged in, when that was a token. */
  token?: TokenLimits;
  /** By which password it logged in, when by one: its fingerprint. */
  password?: string;
  /** The session that it came by, if by one: the hash of its secret. */
  session?: string;
}

/** A publisher of one organization, as far as its token goes, and nobody elsewhere. */
export interface RobotSubject {
  kind: "robot";
  /** `organization+name`, which no user can be called. */
  name: string;
  organization: string;
  administrator: false;
  token: TokenLimits;
}

export const ANONYMOUS: Subject = { kind: "anonymous" };

/** The name that logs, audit and `pushedBy` show. */
export function subjectName(subject: Subject): string {
  return subject.kind === "anonymous" ? "anonymous" : subject.name;
}
