/** Why somebody could not log in by a provider; the web has words for each, in every language. */
export const OIDC_PROBLEMS = [
  /** Said no to the provider, or the provider to its user. */
  "denied",
  /** The provider does not answer, or not as it should. */
  "unreachable",
  /** The provider does not take the hub's configuration. */
  "configuration",
  /** The provider's answer is not good: signature, issuer, audience, nonce. */
  "untrusted",
  /** It is too old or too new. */
  "clock",
  /** The login was begun elsewhere, too long ago, or has come to its end before. */
  "ended",
  /** Somebody without an account, where the provider makes none. */
  "closed",
  /** Somebody without what `--oidc-require` asks for. */
  "not-allowed",
  "name-unusable",
  "name-taken",
  "disabled",
  /** To be linked: it is another user's. */
  "linked-elsewhere",
  /** To be linked: the user has another at this provider. */
  "linked-already",
  "busy",
  "failed",
] as const;
export type OidcProblem = (typeof OIDC_PROBLEMS)[number];

/** A login by a provider that came to nothing. The message is for the log: it holds no code and no token. */
export class OidcError extends Error {
  readonly problem: OidcProblem;
  /** The user's name that it is about; only what may be one. */
  readonly userName: string | undefined;

  constructor(problem: OidcProblem, message: string, options: { userName?: string; cause?: unknown } = {}) {
    super(`Cannot log in by OpenID Connect: ${message}`, { cause: options.cause });
    this.name = "OidcError";
    this.problem = problem;
    this.userName = options.userName;
  }
}
