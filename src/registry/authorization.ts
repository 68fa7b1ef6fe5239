import type { Access } from "../auth/access.ts";
import type { Accounts } from "../auth/accounts.ts";
import { parseAuthorization } from "../auth/credentials.ts";
import { SERVICE, type Grant, type RegistryTokens } from "../auth/registry-token.ts";
import { formatScope, type Action } from "../auth/scope.ts";
import { UnauthenticatedError } from "../auth/errors.ts";
import type { Subject } from "../auth/subject.ts";
import { OciError } from "../oci/errors.ts";
import type { ReadableRepositories } from "../content/content.ts";
import type { RepositoryName } from "../oci/reference.ts";

/** What a request may do, by the token it carries or the password it sent. */
export interface Authorization {
  subject: Subject;
  catalog: boolean;
  /** Whether the caller may now: a token may be older than the end of the right that it names. */
  allows(repository: RepositoryName, action: Action): boolean | Promise<boolean>;
  /** What the token says alone, for who looks up the right itself; a password says what it may now. */
  names(repository: RepositoryName, action: Action): boolean | Promise<boolean>;
  /** What the request may read beside all that is public. */
  readable(): Promise<ReadableRepositories>;
}

/** The request needs a token, or one that grants more: 401 with the challenge to get it. */
export class ChallengeError extends OciError {
  /** Set when a token was sent that does not grant enough, or is no longer good. */
  readonly reason: "insufficient_scope" | "invalid_token" | undefined;
  readonly scope: string | undefined;

  constructor(
    message: string,
    options: { reason?: "insufficient_scope" | "invalid_token"; scope?: string } = {},
  ) {
    super("UNAUTHORIZED", message);
    this.name = "ChallengeError";
    this.reason = options.reason;
    this.scope = options.scope;
  }
}

export interface AuthorizationParts {
  accounts: Accounts;
  access: Access;
  tokens: RegistryTokens;
}

/**
 * Reads who asks. Anonymous is no answer here: clients learn that there is a token to get only from a 401.
 * @throws ChallengeError; TooManyRequestsError
 */
export async function authorize(
  parts: AuthorizationParts,
  header: string | undefined,
  scope?: string,
): Promise<Authorization> {
  try {
    const credentials = parseAuthorization(header);
    switch (credentials.scheme) {
      case "none":
        throw new ChallengeError(
          "Authentication is needed: get a token where WWW-Authenticate says",
          scopeOption(scope),
        );
      case "bearer":
        return fromGrant(parts.access, await parts.tokens.verify(credentials.token));
      case "basic":
        return fromPassword(parts.access, await parts.accounts.logIn(credentials.name, credentials.password));
    }
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    throw new ChallengeError(error.message, { reason: "invalid_token", ...scopeOption(scope) });
  }
}

/** The answer to who may not, and to who asks for what is not there: the scope that is missing. */
export function insufficient(repository: RepositoryName, action: Action): ChallengeError {
  return new ChallengeError(`Cannot ${action}: ${repository} is not there, or you may not ${action} it`, {
    reason: "insufficient_scope",
    scope: scopeFor(repository, action),
  });
}

/** The scope a client should ask for: to push it must also pull. */
export function scopeFor(repository: RepositoryName, action: Action): string {
  return formatScope(repository, action === "push" ? ["pull", "push"] : [action]);
}

/** The WWW-Authenticate header: RFC 6750 and Docker's token specification. */
export function challengeHeader(error: ChallengeError, baseUrl: string): string {
  const parameters = [`realm="${baseUrl}/token"`, `service="${SERVICE}"`];
  if (error.scope !== undefined) parameters.push(`scope="${error.scope}"`);
  if (error.reason !== undefined) parameters.push(`error="${error.reason}"`);
  return `Bearer ${parameters.join(",")}`;
}

function fromGrant(access: Access, { subject, catalog, repositories }: Grant): Authorization {
  const may = whetherMay(access, subject);
  const names = (repository: RepositoryName, action: Action): boolean =>
    repositories.get(repository)?.has(action) ?? false;
  return {
    subject,
    catalog,
    names,
    allows: (repository, action) => names(repository, action) && may(repository, action),
    // A token reads what it names, though its subject may read more: it may have been given away for just that.
    async readable() {
      const readable: RepositoryName[] = [];
      for (const name of repositories.keys() as Iterable<RepositoryName>)
        if (names(name, "pull") && (await may(name, "pull"))) readable.push(name);
      return { repositories: readable };
    },
  };
}

function fromPassword(access: Access, subject: Subject): Authorization {
  const may = whetherMay(access, subject);
  return {
    subject,
    catalog: true,
    names: may,
    allows: may,
    readable: async () => {
      const { all, organizations } = await access.readable(subject);
      return { all, organizations: [...organizations] };
    },
  };
}

function whetherMay(access: Access, subject: Subject) {
  return async (repository: RepositoryName, action: Action): Promise<boolean> =>
    (await access.actions(subject, repository)).actions.has(action);
}

function scopeOption(scope: string | undefined): { scope?: string } {
  return scope === undefined ? {} : { scope };
}
