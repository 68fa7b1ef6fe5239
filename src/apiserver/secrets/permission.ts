import { tokenAllows } from "../../auth/access-policy.ts";
import type { Subject, TokenScope, UserSubject } from "../../auth/subject.ts";
import { forbiddenInCore } from "../forbidden.ts";
import { whyTokenForbids } from "../token-limits.ts";

/** Whose Secrets a caller sees: a user its own, as far as its token lets it read; undefined: nobody's. */
export function ownerOf(caller: Subject): string | undefined {
  if (caller.kind !== "user") return undefined;
  if (caller.token && !tokenAllows(caller.token, "read", undefined)) return undefined;
  return caller.name;
}

/** Why a caller may not change Secrets; undefined when it may change its own. */
export function whyForbidden(caller: Subject, scope: TokenScope): string | undefined {
  switch (caller.kind) {
    case "anonymous":
      return "log in first";
    case "robot":
      return "a robot has no releases; use a token of a user";
    case "user":
      return caller.token && whyTokenForbids(caller.token, scope, undefined);
  }
}

/** @throws StatusError Forbidden for who may not change Secrets */
export function requireAllowed(
  caller: Subject,
  { verb, scope, name }: { verb: string; scope: TokenScope; name: string },
): asserts caller is UserSubject {
  const why = whyForbidden(caller, scope);
  if (why !== undefined) throw forbiddenInCore({ caller, verb, plural: "secrets", name }, why);
}
