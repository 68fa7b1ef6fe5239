import type { Database } from "../database/database.ts";
import { organizationOf, type RepositoryName } from "../oci/reference.ts";
import type { Member, Role } from "../resources/organization.ts";
import { allowedActions, type RepositoryFacts } from "./access-policy.ts";
import type { Action } from "./scope.ts";
import type { Subject } from "./subject.ts";

/** The access policy, asked about stored repositories as they are now. */
export interface Access {
  actions(
    subject: Subject,
    repository: RepositoryName,
  ): Promise<{ actions: ReadonlySet<Action>; organizationExists: boolean }>;
  /** Whose private repositories the subject may read. */
  readable(subject: Subject): Promise<{ all: boolean; organizations: ReadonlySet<string> }>;
  /** The subject's organizations, with its role. */
  memberships(subject: Subject): Promise<{ name: string; role: Role }[]>;
  /** Mirrors an Organization's members into the rows that decisions read. */
  setMembers(organization: string, members: readonly Member[]): Promise<void>;
}

export function createAccess({ database }: { database: Database }): Access {
  async function memberships(subject: Subject): Promise<{ name: string; role: Role }[]> {
    if (subject.kind === "anonymous") return [];
    const rows = await database.read
      .selectFrom("organization_members")
      .select(["organization", "role"])
      .where("kind", "=", "User")
      .where("name", "=", subject.name)
      .execute();
    return rows.map((row) => ({ name: row.organization, role: row.role }));
  }

  return {
    async actions(subject, repository) {
      const facts = await readFacts(database, subject, repository);
      return { actions: allowedActions(subject, facts), organizationExists: facts.organizationExists };
    },

    async readable(subject) {
      const all = subject.kind === "user" && subject.administrator;
      const own = await memberships(subject);
      return { all, organizations: new Set(own.map(({ name }) => name)) };
    },

    memberships,

    async setMembers(organization, members) {
      await database.write(async (transaction) => {
        await transaction
          .deleteFrom("organization_members")
          .where("organization", "=", organization)
          .execute();
        for (const { kind, name, role } of members) {
          await transaction
            .insertInto("organization_members")
            .values({ organization, kind, name, role })
            .execute();
        }
      });
    },
  };
}

async function readFacts(
  database: Database,
  subject: Subject,
  repository: RepositoryName,
): Promise<RepositoryFacts> {
  const organization = organizationOf(repository);
  const row = await database.read
    .selectFrom("repositories")
    .select("visibility")
    .where("name", "=", repository)
    .executeTakeFirst();
  const parent = await database.read
    .selectFrom("organizations")
    .select("name")
    .where("name", "=", organization)
    .executeTakeFirst();
  return {
    visibility: row?.visibility,
    organizationExists: parent !== undefined,
    role: await readRole(database, subject, organization),
  };
}

async function readRole(
  database: Database,
  subject: Subject,
  organization: string,
): Promise<Role | undefined> {
  if (subject.kind === "anonymous") return undefined;
  const row = await database.read
    .selectFrom("organization_members")
    .select("role")
    .where("organization", "=", organization)
    .where("kind", "=", "User")
    .where("name", "=", subject.name)
    .executeTakeFirst();
  return row?.role;
}
