import { forbidden } from "../admission/errors.ts";
import type { Operation, Verb } from "../admission/request.ts";
import { tokenAllows } from "../auth/access-policy.ts";
import type { Subject, TokenScope } from "../auth/subject.ts";
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
  const { token } = caller;
  const scope = SCOPE_OF[operation];
  if (tokenAllows(token, scope, repositoryOf(resource))) return;
  const hasScope = tokenAllows({ ...token, repositories: [] }, scope, undefined);
  const why = hasScope
    ? `the token is for repositories ${token.repositories.join(", ")} alone`
    : `the token has scopes ${token.scopes.join(", ")}, expected ${scope}`;
  const { kind, metadata } = resource;
  throw forbidden({ caller, verb, kind, name: metadata.name ?? "" }, why);
}

const SCOPE_OF: Record<Operation, TokenScope> = { create: "write", update: "write", delete: "delete" };
