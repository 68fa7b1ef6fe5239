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
  allows(repository: RepositoryName, action: Action): boolean | Promise<boolean>;
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
        return fromGrant(await parts.tokens.verify(credentials.token));
      case "basic":
        return fromPassword(parts.access, await parts.accounts.logIn(credentials.name, credentials.password));
    }
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    throw new ChallengeError(error.message, { reason: "invalid_token", ...scopeOption(scope) });
  }
}

/** @throws ChallengeError with the scope that is missing */
export async function requireAction(
  authorization: Authorization,
  repository: RepositoryName,
  action: Action,
): Promise<void> {
  const allowed = authorization.allows(repository, action);
  if (allowed === true || (allowed !== false && (await allowed))) return;
  throw new ChallengeError(`Cannot ${action}: ${repository} is not there, or you may not ${action} it`, {
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

function fromGrant(grant: Grant): Authorization {
  return {
    subject: grant.subject,
    catalog: grant.catalog,
    allows: (repository, action) => grant.repositories.get(repository)?.has(action) ?? false,
    // A token reads what it names, though its subject may read more: it may have been given away for just that.
    readable: async () => ({
      repositories: [...grant.repositories]
        .filter(([, actions]) => actions.has("pull"))
        .map(([name]) => name as RepositoryName),
    }),
  };
}

function fromPassword(access: Access, subject: Subject): Authorization {
  return {
    subject,
    catalog: true,
    allows: async (repository, action) => (await access.actions(subject, repository)).actions.has(action),
    readable: async () => {
      const { all, organizations } = await access.readable(subject);
      return { all, organizations: [...organizations] };
    },
  };
}

function scopeOption(scope: string | undefined): { scope?: string } {
  return scope === undefined ? {} : { scope };
}
