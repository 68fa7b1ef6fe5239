import type { Invitation } from "../auth/invitations.ts";
import { compareRoles } from "../auth/roles.ts";
import { noteTarget } from "../auth/visit.ts";
import type { Member, Role } from "../resources/organization.ts";
import type { ApiContext } from "./context.ts";
import { MAX_MEMBERS } from "./contract/organizations.ts";
import { changeMembers } from "./members.ts";
import { ProblemError } from "./problem.ts";

/**
 * The invitation of a secret.
 * @throws ProblemError 404 when it is over, or when whoever made it has nothing to give any more
 */
export async function findInvitation(context: ApiContext, token: string): Promise<Invitation> {
  const invitation = await context.invitations.find(token);
  if (invitation && (await isInvitersToGive(context, invitation))) return invitation;
  throw notGood();
}

/**
 * Makes a user a member. It takes a use for as long as it lasts; whoever has the role, or a higher one, costs none.
 * @returns the role that the user has then
 * @throws ProblemError 404, 409
 */
export async function join(context: ApiContext, name: string, invitation: Invitation): Promise<Role> {
  const { organization, role } = invitation;
  noteTarget(organization, name);
  const own = await context.access.role({ kind: "user", name, administrator: false }, organization);
  if (own !== undefined && compareRoles(own, role) >= 0) return own;
  return withUse(context, invitation, () => becomeMember(context, name, invitation));
}

/**
 * Makes an account by an invitation, where it may be that nobody makes one otherwise, and its member. The use is gone
 * once the account is there, so that an invitation makes no more accounts than it lets people in.
 * @throws ProblemError 404, 409; InvalidAccountError
 */
export async function registerByInvitation(
  context: ApiContext,
  account: Parameters<ApiContext["accounts"]["register"]>[0],
  token: string,
): Promise<void> {
  const invitation = await findInvitation(context, token);
  await withUse(context, invitation, () => context.accounts.register(account));
  noteTarget(invitation.organization, account.name);
  await becomeMember(context, account.name, invitation);
}

/** Takes a use, and gives it back when nothing came of it. */
async function withUse<T>(
  { invitations }: ApiContext,
  { id }: Invitation,
  run: () => Promise<T>,
): Promise<T> {
  if (!(await invitations.take(id))) throw notGood();
  try {
    return await run();
  } catch (error) {
    await invitations.giveBack(id);
    throw error;
  }
}

/** What the user is by now counts: never less than it was. */
async function becomeMember(
  context: ApiContext,
  name: string,
  { organization, role }: Invitation,
): Promise<Role> {
  let given = role;
  await changeMembers(context, organization, (members) => {
    const own = members.find((member) => member.kind === "User" && member.name === name);
    given = own && compareRoles(own.role, role) >= 0 ? own.role : role;
    return given === own?.role ? members : withMember(organization, members, { name, role });
  });
  return given;
}

function withMember(
  organization: string,
  members: readonly Member[],
  { name, role }: { name: string; role: Role },
): readonly Member[] {
  const others = members.filter((member) => member.kind !== "User" || member.name !== name);
  if (others.length < MAX_MEMBERS) return [...others, { kind: "User", name, role }];
  throw new ProblemError(409, "Conflict", {
    detail: `Cannot join ${organization}: it has ${MAX_MEMBERS} members, the most that it may`,
  });
}

/** Whoever is an owner no more has nothing to give any more. */
async function isInvitersToGive(
  { accounts, access }: ApiContext,
  { createdBy, organization }: Invitation,
): Promise<boolean> {
  const account = await accounts.find(createdBy);
  if (!account || account.disabled) return false;
  const role = await access.role({ kind: "user", name: createdBy, administrator: false }, organization);
  return account.administrator || role === "owner";
}

function notGood(): ProblemError {
  return new ProblemError(404, "Not found", {
    detail: "Cannot accept invitation: it is not known here, is over, or was used by others; ask for another",
  });
}
