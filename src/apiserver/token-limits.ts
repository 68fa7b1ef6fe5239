import { forbidden } from "../admission/errors.ts";
import type { Operation, Verb } from "../admission/request.ts";
import { tokenAllows } from "../auth/access-policy.ts";
import type { Subject, TokenLimits, TokenScope } from "../auth/subject.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { repositoryOf } from "../resources/repository-of.ts";

/**
 * Refuses what the caller's token does not leave it, before its owner's rights are asked.
 * @throws AdmissionError Forbidden
 */
export function requireTokenAllows(
  caller: Subject,
  { operation, verb = operation, resource }: { operation: Operation; verb?: Verb; resource: Resource<Kind> },
): void {
  if (caller.kind === "anonymous" || !caller.token) return;
  const why = whyTokenForbids(caller.token, SCOPE_OF[operation], repositoryOf(resource));
  if (why === undefined) return;
  const { kind, metadata } = resource;
  throw forbidden({ caller, verb, kind, name: metadata.name ?? "" }, why);
}

/**
 * Why a token is no good for something, or undefined.
 * @param repository undefined: for something that is in no repository
 */
export function whyTokenForbids(
  token: TokenLimits,
  scope: TokenScope,
  repository: string | undefined,
): string | undefined {
  if (tokenAllows(token, scope, repository)) return undefined;
  const hasScope = tokenAllows({ ...token, repositories: [] }, scope, undefined);
  return hasScope
    ? `the token is for repositories ${token.repositories.join(", ")} alone`
    : `the token has scopes ${token.scopes.join(", ")}, expected ${scope}`;
}

const SCOPE_OF: Record<Operation, TokenScope> = { create: "write", update: "write", delete: "delete" };
