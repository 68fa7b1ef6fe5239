import { admit } from "../admission/admit.ts";
import { AdmissionError } from "../admission/errors.ts";
import { tokenAllows } from "../auth/access-policy.ts";
import type { UserSubject } from "../auth/subject.ts";
import { AlreadyExistsError, ConflictError } from "../resource-store/errors.ts";
import { findResource } from "../resource-store/find-resource.ts";
import { newResource, type Spec, type User } from "../resources/kinds.ts";
import type { ApiContext } from "./context.ts";
import { ProblemError } from "./problem.ts";

/** Somebody who changes its User at once in another place wins; this often the change is made anew on what is there. */
const MAX_TRIES = 5;

type Parts = Pick<ApiContext, "accounts" | "store">;

/**
 * Changes the caller's own User resource by the rules that hold for it everywhere, and makes it when there is none.
 * @param change what the spec shall be; the same object when nothing is to change
 * @throws ProblemError 403, 409, 422
 */
export async function changeOwnUser(
  parts: Parts,
  subject: UserSubject,
  change: (spec: Spec<"User">) => Spec<"User">,
): Promise<void> {
  requireToken(subject);
  for (let tries = 1; ; tries += 1) {
    try {
      return await changeOnce(parts, subject, change);
    } catch (error) {
      const isRace = error instanceof ConflictError || error instanceof AlreadyExistsError;
      if (!isRace || tries === MAX_TRIES) throw asProblem(error);
    }
  }
}

async function changeOnce(
  { accounts, store }: Parts,
  caller: UserSubject,
  change: (spec: Spec<"User">) => Spec<"User">,
): Promise<void> {
  const account = await accounts.find(caller.name);
  const old = await findResource(store, "User", caller.name);
  const before = old?.spec ?? specOf(account?.displayName);
  const spec = change(before);
  if (spec === before) return;
  const next = old ? { ...old, spec } : newResource("User", caller.name, { spec });
  const { resource } = admit<"User">({
    kind: "User",
    operation: old ? "update" : "create",
    old,
    new: next,
    caller,
    facts: { accountExists: account !== undefined },
  });
  await (old ? store.update(resource as User) : store.create(resource));
}

/** What its user said when it registered, until the resource says it. */
function specOf(displayName = ""): Spec<"User"> {
  return displayName === "" ? {} : { displayName };
}

function requireToken({ token }: UserSubject): void {
  // A User is in no repository, so a token for some leaves it alone, as in `/apis`.
  if (!token || tokenAllows(token, "write", undefined)) return;
  throw new ProblemError(403, "Not allowed", {
    detail: "Cannot change your account: the token is limited; expected scope write and all repositories",
  });
}

function asProblem(error: unknown): unknown {
  if (error instanceof AdmissionError) {
    const [cause] = error.causes;
    const field = cause?.field.replace(/^spec\./, "");
    const title = error.code === 403 ? "Not allowed" : "Not acceptable";
    return new ProblemError(error.code, title, {
      detail: error.message,
      cause: error,
      ...(field && { field }),
    });
  }
  if (error instanceof ConflictError || error instanceof AlreadyExistsError) {
    return new ProblemError(409, "Conflict", {
      detail: "Cannot change your account: it is being changed elsewhere; try again",
      cause: error,
    });
  }
  return error;
}
