import type { Database, WriteTransaction } from "../database/database.ts";
import { ConflictError, NotFoundError } from "../resource-store/errors.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Member } from "../resources/organization.ts";
import { ORGANIZATION_LABEL } from "../resources/labels.ts";
import { labelValue } from "../resources/names.ts";
import { findUserOrganizations } from "./owned-organizations.ts";
import { deleteOrganizationRows } from "./organization-rows.ts";
import { deleteRefreshTokens } from "./refresh-token-rows.ts";
import { endSessions } from "./sessions.ts";

/** An Organization that somebody changes meanwhile is read anew this often. */
const MAX_TRIES = 5;

/** What becomes of the organizations that a user owns alone. */
export type OrganizationChoice =
  /** They stay, without an owner, until an administrator gives them one. */
  | { what: "keep" }
  /** They get another owner. */
  | { what: "transfer"; to: string }
  /** They go: only those without repositories can. */
  | { what: "delete" };

/** What the deletion of an account is about. */
export interface DeletionPlan {
  ownedAlone: { name: string; repositories: number }[];
  /** Organizations that the user leaves. */
  others: string[];
}

export interface AccountDeletion {
  plan(user: string): Promise<DeletionPlan>;
  /**
   * Deletes an account with its sessions and tokens, its User and its memberships. What was pushed stays. From the
   * first moment on nobody can log in to it; one that was cut off is ended by another.
   */
  delete(user: string, options: { plan: DeletionPlan; choice: OrganizationChoice }): Promise<void>;
}

export function createAccountDeletion(parts: { database: Database; store: ResourceStore }): AccountDeletion {
  const { database, store } = parts;
  return {
    async plan(user) {
      const { ownedAlone, others } = await findUserOrganizations(database.read, user);
      const counted: DeletionPlan["ownedAlone"] = [];
      for (const name of ownedAlone)
        counted.push({ name, repositories: await countRepositories(store, name) });
      return { ownedAlone: counted, others };
    },

    async delete(user, { plan, choice }) {
      const alone = plan.ownedAlone.map(({ name }) => name);
      await database.write((transaction) => disable(transaction, user));
      for (const name of plan.others) await changeMembers(store, name, (members) => without(members, user));
      if (choice.what === "delete")
        for (const name of alone) await deleteIfThere(store, "Organization", name);
      else {
        const next = (members: readonly Member[]) => passOn(members, user, choice);
        for (const name of alone) await changeMembers(store, name, next);
      }
      await deleteIfThere(store, "User", user);
      await database.write((transaction) => deleteRows(transaction, { user, alone, choice }));
    },
  };
}

async function disable(transaction: WriteTransaction, user: string): Promise<void> {
  await transaction.updateTable("users").set({ disabled: 1 }).where("name", "=", user).execute();
  await endSessions(transaction, { user });
}

function countRepositories(store: ResourceStore, organization: string): Promise<number> {
  const selected = {
    key: ORGANIZATION_LABEL,
    operator: "In" as const,
    values: [labelValue(organization)],
  };
  return store.count("Repository", { labelSelector: [selected] });
}

/** An Organization that says nothing of its members goes by the rows, and one that is not there too. */
async function changeMembers(
  store: ResourceStore,
  name: string,
  change: (members: readonly Member[]) => Member[],
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const organization = await findResource(store, "Organization", name);
    const members = organization?.spec.members;
    if (!organization || !members) return;
    try {
      await store.update({ ...organization, spec: { ...organization.spec, members: change(members) } });
      return;
    } catch (error) {
      if (error instanceof NotFoundError) return;
      if (!(error instanceof ConflictError) || tries === MAX_TRIES) throw error;
    }
  }
}

function without(members: readonly Member[], user: string): Member[] {
  return members.filter(({ kind, name }) => kind !== "User" || name !== user);
}

function passOn(members: readonly Member[], user: string, choice: OrganizationChoice): Member[] {
  const others = without(members, user);
  if (choice.what !== "transfer") return others;
  return [...without(others, choice.to), { kind: "User", name: choice.to, role: "owner" }];
}

async function deleteIfThere(
  store: ResourceStore,
  kind: "Organization" | "User",
  name: string,
): Promise<void> {
  try {
    await store.delete(kind, name);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

async function deleteRows(
  transaction: WriteTransaction,
  { user, alone, choice }: { user: string; alone: readonly string[]; choice: OrganizationChoice },
): Promise<void> {
  for (const organization of alone) {
    if (choice.what === "transfer") await insertOwner(transaction, organization, choice.to);
    if (choice.what === "delete") await deleteOrganizationRows(transaction, organization);
  }
  await transaction
    .deleteFrom("organization_members")
    .where("kind", "=", "User")
    .where("name", "=", user)
    .execute();
  // With its sessions, tokens and code.
  await transaction.deleteFrom("users").where("name", "=", user).execute();
  await deleteRefreshTokens(transaction, user);
}

async function insertOwner(transaction: WriteTransaction, organization: string, name: string): Promise<void> {
  await transaction
    .insertInto("organization_members")
    .values({ organization, kind: "User", name, role: "owner" })
    .onConflict((conflict) =>
      conflict.columns(["organization", "kind", "name"]).doUpdateSet({ role: "owner" }),
    )
    .execute();
}
