import type { Database } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import { rememberUntilCommit } from "../database/remembered.ts";
import { isRepositoryName, organizationOf, type RepositoryName } from "../oci/reference.ts";
import type { Role } from "../resources/organization.ts";
import { allowedActions, allowsInOrganization, type RepositoryFacts } from "./access-policy.ts";
import type { Action } from "./scope.ts";
import type { Liveness } from "./liveness.ts";
import { ANONYMOUS, type Subject } from "./subject.ts";

/** The access policy, asked about stored repositories as they are now. */
export interface Access {
  actions(
    subject: Subject,
    repository: RepositoryName,
  ): Promise<{ actions: ReadonlySet<Action>; organizationExists: boolean }>;
  /** Whose private repositories the subject may read, all that each has. */
  readable(subject: Subject): Promise<{ all: boolean; organizations: ReadonlySet<string> }>;
  /** In whose repositories the subject may delete, and so undelete. */
  deletable(subject: Subject): Promise<{ all: boolean; organizations: ReadonlySet<string> }>;
  /** The subject's role in an organization. */
  role(subject: Subject, organization: string): Promise<Role | undefined>;
  /** The subject's organizations, with its role. */
  memberships(subject: Subject): Promise<{ name: string; role: Role }[]>;
  /** Whether the subject may read a repository of this name; false for a text that names none. */
  canRead(subject: Subject, repository: string): Promise<boolean>;
}

/** @param options.liveness what somebody logged in by and has ended since gives nothing more, in a watch too */
export function createAccess({ database, liveness }: { database: Database; liveness: Liveness }): Access {
  const readFacts = prepareReadFacts(database);

  async function actions(given: Subject, repository: RepositoryName): ReturnType<Access["actions"]> {
    const subject = (await liveness.isLive(given)) ? given : ANONYMOUS;
    const facts = await readFacts(subject, repository);
    return { actions: allowedActions(subject, facts), organizationExists: facts.organizationExists };
  }

  async function memberships(subject: Subject): Promise<{ name: string; role: Role }[]> {
    if (subject.kind === "anonymous") return [];
    if (subject.kind === "robot") return [{ name: subject.organization, role: ROBOT_ROLE }];
    const rows = await database.read
      .selectFrom("organization_members")
      .select(["organization", "role"])
      .where("kind", "=", "User")
      .where("name", "=", subject.name)
      .execute();
    return rows.map((row) => ({ name: row.organization, role: row.role }));
  }

  return {
    actions,

    async readable(subject) {
      const all = subject.kind !== "anonymous" && subject.administrator;
      const own = await memberships(subject);
      const reading = own.filter((membership) => allowsInOrganization(subject, "pull", membership));
      return { all, organizations: new Set(reading.map(({ name }) => name)) };
    },

    async deletable(subject) {
      const all = subject.kind !== "anonymous" && subject.administrator;
      const own = await memberships(subject);
      const deleting = own.filter((membership) => allowsInOrganization(subject, "delete", membership));
      return { all, organizations: new Set(deleting.map(({ name }) => name)) };
    },

    memberships,

    async role(subject, organization) {
      if (subject.kind === "robot") return subject.organization === organization ? ROBOT_ROLE : undefined;
      if (subject.kind === "anonymous") return undefined;
      const row = await database.read
        .selectFrom("organization_members")
        .select("role")
        .where("organization", "=", organization)
        .where("kind", "=", "User")
        .where("name", "=", subject.name)
        .executeTakeFirst();
      return row?.role;
    },

    async canRead(subject, repository) {
      if (!isRepositoryName(repository)) return false;
      return (await actions(subject, repository)).actions.has("pull");
    },
  };
}

type ReadFacts = (subject: Subject, repository: RepositoryName) => Promise<RepositoryFacts>;

/** Asked at each request that reads or pushes, so in one query, that is prepared, and remembered while nothing changes. */
function prepareReadFacts(database: Database): ReadFacts {
  const facts = prepare(database, (queryable, { repository, organization, user }: FactsAsked) =>
    queryable.selectNoFrom((eb) => [
      eb
        .selectFrom("repositories")
        .select("visibility")
        .where("repositories.name", "=", repository)
        .as("visibility"),
      eb
        .selectFrom("organizations")
        .select("organizations.name")
        .where("organizations.name", "=", organization)
        .as("parent"),
      eb
        .selectFrom("organization_members")
        .select("role")
        .where("organization", "=", organization)
        .where("kind", "=", "User")
        .where("organization_members.name", "=", user)
        .as("role"),
    ]),
  );
  const remembered = rememberUntilCommit(database, {
    query: (asked: FactsAsked) => facts.first(asked),
    keyOf: ({ repository, user }) => `${repository} ${user}`,
  });
  return async (subject, repository) => {
    const organization = organizationOf(repository);
    const user = subject.kind === "user" ? subject.name : NOBODY;
    const isItsRobot = subject.kind === "robot" && subject.organization === organization;
    const row = await remembered({ repository, organization, user });
    return {
      name: repository,
      visibility: row?.visibility ?? undefined,
      organizationExists: typeof row?.parent === "string",
      role: isItsRobot ? ROBOT_ROLE : (row?.role ?? undefined),
    };
  };
}

interface FactsAsked {
  repository: RepositoryName;
  organization: string;
  user: string;
}

/** What a robot is in its organization, as far as its token goes. */
const ROBOT_ROLE = "publisher";
/** No user has this name. */
const NOBODY = "";
