import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from "openid-client";
import { OidcError, type OidcProblem } from "./errors.ts";

/** What went wrong between the hub and the provider, as a problem of whom it concerns. */
export function toOidcError(error: unknown): OidcError {
  if (error instanceof OidcError) return error;
  return new OidcError(problemOf(error), describe(error));
}

function problemOf(error: unknown): OidcProblem {
  if (error instanceof AuthorizationResponseError) return ANSWERS[error.error] ?? "configuration";
  if (error instanceof ResponseBodyError) {
    if (error.status >= 500) return "unreachable";
    // The code was used, or is too old: RFC 6749 §5.2.
    return error.error === "invalid_grant" ? "ended" : "configuration";
  }
  if (error instanceof WWWAuthenticateChallengeError) return "configuration";
  if (error instanceof ClientError) return PROBLEMS[error.code ?? ""] ?? "untrusted";
  // What `fetch` throws when there is no answer.
  return error instanceof TypeError ? "unreachable" : "untrusted";
}

/** RFC 6749 §4.1.2.1 and OpenID Connect Core §3.1.2.6; all others tell of a hub that asks wrongly. */
const ANSWERS: Record<string, OidcProblem> = {
  access_denied: "denied",
  account_selection_required: "denied",
  consent_required: "denied",
  interaction_required: "denied",
  login_required: "denied",
  server_error: "unreachable",
  temporarily_unavailable: "unreachable",
};

const PROBLEMS: Record<string, OidcProblem> = {
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: "clock",
  OAUTH_PARSE_ERROR: "unreachable",
  OAUTH_RESPONSE_IS_NOT_CONFORM: "unreachable",
  OAUTH_RESPONSE_IS_NOT_JSON: "unreachable",
  OAUTH_TIMEOUT: "unreachable",
};

/** Messages alone: what errors of the library hold beside them may be tokens. */
function describe(error: unknown): string {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return `the provider answers ${quoted(error.error)}${error.error_description ? `: ${quoted(error.error_description)}` : ""}`;
  }
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`;
}

/** Whoever holds the browser may have written it. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 300));
}
