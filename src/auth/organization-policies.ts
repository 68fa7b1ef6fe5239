import type { Database, WriteTransaction } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import type { Member, Visibility } from "../resources/organization.ts";
import { closeOrganizationRows } from "./organization-rows.ts";
import { hasPresentOwner } from "./present-owners.ts";

/** What pushes go by, mirrored from an Organization's spec. */
export interface OrganizationPolicy {
  /** Of repositories made from now on. */
  defaultVisibility: Visibility;
  members: readonly Member[];
}

/** The rows that hold these policies. */
export interface OrganizationPolicies {
  /** As it was set last, or as the first push made it; undefined for an organization that nobody made. */
  find(organization: string): Promise<OrganizationPolicy | undefined>;
  /**
   * Makes the organization, when nobody has: of two that make it at once, one does.
   * @returns false when it is there, and then nothing has changed
   */
  claim(organization: string, policy: OrganizationPolicy): Promise<boolean>;
  /** Makes the organization when it is not there, so that no push makes it for somebody else. */
  set(organization: string, policy: OrganizationPolicy): Promise<void>;
  /** Whether members name an owner that is there: a user that has an account, or a group that a user is in. */
  hasOwner(members: readonly Member[]): Promise<boolean>;
  /** Ends its members, robots and invitations, as it is deleted; its name stays its owners'. */
  close(organization: string): Promise<void>;
}

export interface OrganizationPoliciesOptions {
  database: Database;
  /** Default Date.now. */
  now?: () => number;
}

export function createOrganizationPolicies({
  database,
  now = Date.now,
}: OrganizationPoliciesOptions): OrganizationPolicies {
  const organizations = prepare(database, (queryable, { organization }: { organization: string }) =>
    queryable.selectFrom("organizations").select("default_visibility").where("name", "=", organization),
  );
  const membersOf = prepare(database, (queryable, { organization }: { organization: string }) =>
    queryable
      .selectFrom("organization_members")
      .select(["kind", "name", "role"])
      .where("organization", "=", organization),
  );
  return {
    async find(organization) {
      const row = await organizations.first({ organization });
      if (!row) return undefined;
      const members = await membersOf.all({ organization });
      return { defaultVisibility: row.default_visibility, members };
    },

    claim: (organization, { defaultVisibility, members }) =>
      database.write(async (transaction) => {
        const made = await transaction
          .insertInto("organizations")
          .values({ name: organization, default_visibility: defaultVisibility, created_at: now() })
          .onConflict((conflict) => conflict.doNothing())
          .returning("name")
          .executeTakeFirst();
        if (made) await insertMembers(transaction, organization, members);
        return made !== undefined;
      }),

    async set(organization, policy) {
      await database.write((transaction) => replacePolicy(transaction, { organization, policy, now: now() }));
    },

    hasOwner: (members) => hasPresentOwner(database.read, members),

    close: (organization) =>
      database.write((transaction) => closeOrganizationRows(transaction, organization)),
  };
}

async function replacePolicy(
  transaction: WriteTransaction,
  { organization, policy, now }: { organization: string; policy: OrganizationPolicy; now: number },
): Promise<void> {
  const { defaultVisibility, members } = policy;
  await transaction
    .insertInto("organizations")
    .values({ name: organization, default_visibility: defaultVisibility, created_at: now })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ default_visibility: defaultVisibility }))
    .execute();
  await transaction.deleteFrom("organization_members").where("organization", "=", organization).execute();
  await insertMembers(transaction, organization, members);
}

async function insertMembers(
  transaction: WriteTransaction,
  organization: string,
  members: readonly Member[],
): Promise<void> {
  for (const { kind, name, role } of members) {
    await transaction.insertInto("organization_members").values({ organization, kind, name, role }).execute();
  }
}
