import { subjectOfToken } from "../../src/auth/access-policy.ts";
import { ANONYMOUS, type Subject } from "../../src/auth/subject.ts";
import type { Role } from "../../src/resources/organization.ts";
import { ADMIN_PASSWORD, basic, type TestHub } from "../start-hub.ts";
import type { Caller } from "./row.ts";

const PASSWORD = "correct horse battery";

/** Who is in the organization. */
export const ROLES: Record<string, Role> = { olga: "owner", paul: "publisher", rita: "reader" };

/** Makes the users and tokens of the matrix. `dora` is disabled. */
export async function makeCallers({ context }: TestHub): Promise<Caller[]> {
  const { accounts, personalTokens, database } = context;
  for (const name of [...Object.keys(ROLES), "bob", "dora"])
    await accounts.register({ name, password: PASSWORD });
  await database.write((transaction) =>
    transaction.updateTable("users").set({ disabled: 1 }).where("name", "=", "dora").execute(),
  );
  const words = { name: "x", scopes: ["read"] as const, repositories: [], expiresAt: undefined };
  const readOnly = await personalTokens.create("olga", words);
  const expired = await personalTokens.create("olga", { ...words, scopes: ["admin"], expiresAt: 1 });
  // Passwords that are refused cost their time at each request; tokens end with their owner all the same.
  const disabled = await personalTokens.create("dora", { ...words, scopes: ["admin"] });
  const olga = { name: "olga", administrator: false };
  return [
    { name: "anonymous", subject: ANONYMOUS },
    withLogin("stranger", user("bob"), { name: "bob", password: PASSWORD }),
    ...Object.entries(ROLES).map(([name, role]) => ({
      ...withLogin(role, user(name), { name, password: PASSWORD }),
      role,
    })),
    withLogin("administrator", user("admin", true), { name: "admin", password: ADMIN_PASSWORD }),
    {
      ...withLogin(
        "token read-only",
        subjectOfToken(olga, { id: readOnly.id, scopes: words.scopes, repositories: [] }),
        {
          name: "olga",
          password: readOnly.token,
        },
      ),
      role: "owner",
    },
    withLogin("expired token", undefined, { name: "olga", password: expired.token }),
    withLogin("disabled user", undefined, { name: "dora", password: disabled.token }),
  ];
}

/** Made by the organization, to push and pull all that it has. */
export async function makeRobot({ context }: TestHub): Promise<Caller> {
  const words = { scopes: ["read", "write"] as const, repositories: ["org/*"], expiresAt: undefined };
  const made = await context.robots.create("org", { name: "ci", createdBy: "olga", ...words });
  const token = made?.token ?? "";
  const subject = await context.robots.logIn(token);
  return { ...withLogin("robot", subject, { name: "org+ci", password: token }), role: "publisher" };
}

function user(name: string, administrator = false): Subject {
  return { kind: "user", name, administrator };
}

function withLogin(
  name: string,
  subject: Subject | undefined,
  login: { name: string; password: string },
): Caller {
  return { name, subject, login, credentials: basic(login.name, login.password) };
}
