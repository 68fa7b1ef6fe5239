import type { ExpressionBuilder } from "kysely";
import type { Database, Queryable } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import { rememberUntilChanged } from "../database/remembered.ts";
import { isRepositoryName, organizationOf, type RepositoryName } from "../oci/reference.ts";
import type { Tables } from "../database/tables.ts";
import type { Role } from "../resources/organization.ts";
import { allowedActions, allowsInOrganization, tokenAllows, type RepositoryFacts } from "./access-policy.ts";
import type { Action } from "./scope.ts";
import type { Liveness } from "./liveness.ts";
import { createPublicCount } from "./public-count.ts";
import { compareRoles, highestRole } from "./roles.ts";
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
  /**
   * How many Repositories of an organization the subject may read: a number when it is not all of them, "some" when
   * its token is for repositories by patterns.
   */
  countReadable(subject: Subject, organization: string): Promise<number | "all" | "some">;
  /**
   * Whether the subject may read a repository of this name; false for a text that names none.
   * @param options.whilePrivate whether it might, were the repository private; default: as it is
   */
  canRead(subject: Subject, repository: string, options?: { whilePrivate?: boolean }): Promise<boolean>;
}

/** @param options.liveness what somebody logged in by and has ended since gives nothing more, in a watch too */
export function createAccess({ database, liveness }: { database: Database; liveness: Liveness }): Access {
  const readFacts = prepareReadFacts(database);
  const countPublic = createPublicCount(database);

  async function living(subject: Subject): Promise<Subject> {
    return (await liveness.isLive(subject)) ? subject : ANONYMOUS;
  }

  async function actions(
    given: Subject,
    repository: RepositoryName,
    assumed: Partial<RepositoryFacts> = {},
  ): ReturnType<Access["actions"]> {
    const subject = await living(given);
    const facts = { ...(await readFacts(subject, repository)), ...assumed };
    return { actions: allowedActions(subject, facts), organizationExists: facts.organizationExists };
  }

  async function memberships(subject: Subject): Promise<{ name: string; role: Role }[]> {
    if (subject.kind === "anonymous") return [];
    if (subject.kind === "robot") return [{ name: subject.organization, role: ROBOT_ROLE }];
    const rows = await memberRows(database.read, subject.name).execute();
    const rising = rows.toSorted((a, b) => compareRoles(a.role, b.role));
    const roles = new Map(rising.map(({ organization, role }) => [organization, role]));
    return [...roles].map(([name, role]) => ({ name, role }));
  }

  async function roleOf(subject: Subject, organization: string): Promise<Role | undefined> {
    if (subject.kind === "robot") return subject.organization === organization ? ROBOT_ROLE : undefined;
    if (subject.kind === "anonymous") return undefined;
    const rows = await memberRows(database.read, subject.name, organization).execute();
    return highestRole(rows.map(({ role }) => role));
  }

  return {
    actions: (subject, repository) => actions(subject, repository),

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
    role: roleOf,

    async countReadable(given, organization) {
      const subject = await living(given);
      const role = await roleOf(subject, organization);
      if (subject.kind === "anonymous") return countPublic(organization);
      if (subject.administrator) return "all";
      if (role === undefined) return countPublic(organization);
      if (allowsInOrganization(subject, "pull", { name: organization, role })) return "all";
      const { token } = subject;
      const isForSome =
        token?.repositories.length && tokenAllows({ ...token, repositories: [] }, "read", undefined);
      return isForSome ? "some" : countPublic(organization);
    },

    async canRead(subject, repository, { whilePrivate = false } = {}) {
      if (!isRepositoryName(repository)) return false;
      const assumed = whilePrivate ? { visibility: "private" as const } : {};
      return (await actions(subject, repository, assumed)).actions.has("pull");
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
      eb
        .selectFrom("organization_members")
        // Of the three words the first is the role that may most.
        .select(({ fn }) => fn.min<Role>("role").as("role"))
        .where("organization", "=", organization)
        .where((member) => isGroupOf(member, user))
        .as("group_role"),
    ]),
  );
  const remembered = rememberUntilChanged(
    facts,
    ({ repository, user }: FactsAsked) => `${repository} ${user}`,
  );
  return async (subject, repository) => {
    const organization = organizationOf(repository);
    const user = subject.kind === "user" ? subject.name : NOBODY;
    const isItsRobot = subject.kind === "robot" && subject.organization === organization;
    const row = await remembered({ repository, organization, user });
    return {
      name: repository,
      visibility: row?.visibility ?? undefined,
      organizationExists: typeof row?.parent === "string",
      role: isItsRobot ? ROBOT_ROLE : highestRole([row?.role, row?.group_role].filter(isRole)),
    };
  };
}

/** In which organizations a user is a member, by itself and by its groups; or in this one alone. */
function memberRows(queryable: Queryable, user: string, organization?: string) {
  const rows = queryable
    .selectFrom("organization_members")
    .select(["organization", "role"])
    .$if(organization !== undefined, (all) => all.where("organization", "=", organization ?? ""));
  return rows
    .where("kind", "=", "User")
    .where("organization_members.name", "=", user)
    .unionAll(rows.where((member) => isGroupOf(member, user)));
}

/** Asks for the groups by the user, who is in few: a group may have very many users. */
function isGroupOf(member: ExpressionBuilder<Tables, "organization_members">, user: string) {
  return member.and([
    member("kind", "=", "Group"),
    member("organization_members.name", "in", (rows) =>
      rows.selectFrom("user_groups").select("group_name").where("user_name", "=", user),
    ),
  ]);
}

function isRole(role: Role | null | undefined): role is Role {
  return typeof role === "string";
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
