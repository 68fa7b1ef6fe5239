import type { DeletionPlan, OrganizationChoice } from "../auth/account-deletion.ts";
import { noteDryRun } from "../auth/visit.ts";
import type { Account } from "../auth/account-rows.ts";
import type { ApiContext } from "./context.ts";
import type { UserDeletion, UserDeletionQuery } from "./contract/user-deletion.ts";
import { ProblemError } from "./problem.ts";

/**
 * Deletes an account as its user or an administrator says. What becomes of organizations that nobody else owns must
 * be said.
 * @throws ProblemError 409 with those organizations, 422
 */
export async function deleteUser(
  context: Pick<ApiContext, "accounts" | "accountDeletion">,
  user: Account,
  query: UserDeletionQuery,
): Promise<UserDeletion> {
  if (user.administrator) {
    throw new ProblemError(409, "Conflict", {
      detail: `Cannot delete ${user.name}: the hub would have no administrator`,
    });
  }
  const plan = await context.accountDeletion.plan(user.name);
  const choice = await parseChoice(context, user, query);
  if (query.dryRun) noteDryRun();
  else {
    await context.accountDeletion.delete(user.name, { plan, choice: checkChoice(user, plan, choice) });
  }
  return { name: user.name, organizations: plan.ownedAlone, leaves: plan.others };
}

/** @throws ProblemError 422 */
async function parseChoice(
  { accounts }: Pick<ApiContext, "accounts">,
  user: Account,
  { organizations: what, to }: UserDeletionQuery,
): Promise<OrganizationChoice | undefined> {
  if (what !== "transfer") return what && { what };
  const heir = to === undefined || to === user.name ? undefined : await accounts.find(to);
  if (heir && !heir.disabled) return { what, to: heir.name };
  throw new ProblemError(422, "Not acceptable", {
    detail: "Cannot pass organizations on: expected in `to` another user of this hub, who is not disabled",
    field: "to",
  });
}

/** @throws ProblemError 409 */
function checkChoice(
  user: Account,
  { ownedAlone }: DeletionPlan,
  choice: OrganizationChoice | undefined,
): OrganizationChoice {
  if (ownedAlone.length === 0) return { what: "keep" };
  if (!choice) {
    throw refusal(user, ownedAlone, {
      why: "it alone owns these organizations",
      remedy:
        "say what becomes of them: organizations=keep, organizations=transfer&to=USER, or organizations=delete",
    });
  }
  const used = ownedAlone.filter(({ repositories }) => repositories > 0);
  if (choice.what === "delete" && used.length > 0) {
    throw refusal(user, used, {
      why: "these organizations have repositories",
      remedy: "delete those first, or say organizations=keep or organizations=transfer&to=USER",
    });
  }
  return choice;
}

/** More are named in the problem itself. */
const MAX_NAMED = 10;

function refusal(
  { name }: Account,
  organizations: DeletionPlan["ownedAlone"],
  { why, remedy }: { why: string; remedy: string },
): ProblemError {
  const named = organizations.slice(0, MAX_NAMED).map((each) => each.name);
  const more = organizations.length > MAX_NAMED ? ", …" : "";
  return new ProblemError(409, "Conflict", {
    detail: `Cannot delete ${name}: ${why}: ${named.join(", ")}${more}; ${remedy}`,
    field: "organizations",
    organizations,
  });
}
