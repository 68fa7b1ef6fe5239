import type { Database } from "../database/database.ts";
import { isRepositoryName, organizationOf, type RepositoryName } from "../oci/reference.ts";
import type { Role } from "../resources/organization.ts";
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
  /** Whether the subject may read a repository of this name; false for a text that names none. */
  canRead(subject: Subject, repository: string): Promise<boolean>;
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

    async canRead(subject, repository) {
      if (!isRepositoryName(repository)) return false;
      const facts = await readFacts(database, subject, repository);
      return allowedActions(subject, facts).has("pull");
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
