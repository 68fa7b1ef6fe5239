import assert from "node:assert/strict";
import { argon2Sync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDatabase } from "../database/open.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { createAccess } from "./access.ts";
import { createAccounts } from "./accounts.ts";
import { createLiveness } from "./liveness.ts";
import { createPersonalTokens } from "./personal-tokens.ts";
import { createRobots } from "./robots.ts";
import { createSessions } from "./sessions.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-accounts-"));
const database = await openDatabase(`sqlite:${join(folder, "hub.db")}`);
const accounts = createAccounts({ database });
const personalTokens = createPersonalTokens({ database });
const sessions = createSessions({ database });
const robots = createRobots({ database });
const access = createAccess({
  database,
  liveness: createLiveness({ database, personalTokens, robots, sessions }),
});
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

test("the administrator is made once; a password that is made is given back that once", async () => {
  const password = await accounts.ensureAdmin();
  assert.ok(password !== undefined && password.length >= 20);
  assert.equal(await accounts.ensureAdmin("another password"), undefined);
  const admin = await accounts.logIn("admin", password);
  assert.deepEqual([admin.kind, "administrator" in admin && admin.administrator], ["user", true]);
  await assert.rejects(accounts.logIn("admin", "another password"), { name: "UnauthenticatedError" });
});

test("a registered user logs in and owns an organization of its name", async () => {
  await accounts.register({ name: "alice", password: "correct horse" });
  const alice = await accounts.logIn("alice", "correct horse");
  assert.deepEqual(await access.memberships(alice), [{ name: "alice", role: "owner" }]);
  const { actions } = await access.actions(alice, parseRepositoryName("alice/app"));
  assert.ok(actions.has("push"));
});

test("a wrong password and an unknown name get the same answer", async () => {
  await accounts.register({ name: "bob", password: "correct horse" });
  const wrong = await accounts.logIn("bob", "wrong horse").catch((error: Error) => error.message);
  const unknown = await accounts.logIn("nobody", "wrong horse").catch((error: Error) => error.message);
  assert.equal(wrong, unknown);
});

test("an unknown name takes as long as a wrong password", async () => {
  const [wrong, unknown, noName] = [[], [], []] as [number[], number[], number[]];
  for (let i = 0; i < 3; i += 1) {
    wrong.push(await timeOf("alice"));
    unknown.push(await timeOf("nobody"));
    noName.push(await timeOf("no name"));
  }
  // Without the work of a hash it would be a thousandth.
  for (const times of [unknown, noName]) assert.ok(Math.min(...times) > Math.min(...wrong) / 5);
});

test("a password that was hashed with other parameters is hashed anew when its user logs in", async () => {
  await accounts.register({ name: "olga", password: "correct horse" });
  await setHash("olga", weakHash("old horse battery"));
  await assert.rejects(accounts.logIn("olga", "wrong horse"), { name: "UnauthenticatedError" });
  assert.match(await hashOf("olga"), /m=8,t=1/);
  await accounts.logIn("olga", "old horse battery");
  assert.match(await hashOf("olga"), /m=19456,t=2/);
  await accounts.logIn("olga", "old horse battery");
});

for (const [name, rule] of [
  ["Alice", /a-z, 0-9 and -/],
  ["a_b", /a-z, 0-9 and -/],
  ["-a", /beginning and ending/],
  ["", /1 to 63/],
  ["a".repeat(64), /1 to 63/],
  ["admin", /reserved/],
  ["аlice", /a-z/], // a Cyrillic letter that looks like a
] as const) {
  test(`register() refuses the name ${JSON.stringify(name.slice(0, 10))}`, async () => {
    await assert.rejects(accounts.register({ name, password: "correct horse" }), {
      field: "name",
      message: rule,
    });
  });
}

test("register() refuses a name that is taken, and short and huge passwords", async () => {
  await accounts.register({ name: "carol", password: "correct horse" });
  await assert.rejects(accounts.register({ name: "carol", password: "correct horse" }), {
    field: "name",
    message: /taken/,
  });
  await assert.rejects(accounts.register({ name: "dave", password: "short" }), { field: "password" });
  await assert.rejects(accounts.register({ name: "dave", password: "x".repeat(2000) }), {
    field: "password",
  });
});

test("register() refuses a display name with control characters, which a database may not hold", async () => {
  const account = { name: "erin", password: "correct horse", displayName: "Erin\0" };
  await assert.rejects(accounts.register(account), { field: "displayName" });
});

/** Of parameters that are not today's. */
function weakHash(password: string): string {
  const salt = Buffer.alloc(16, 1);
  const parameters = { nonce: salt, memory: 8, passes: 1, parallelism: 1, tagLength: 32 };
  const tag = argon2Sync("argon2id", { message: password, ...parameters });
  const [text, digest] = [salt, tag].map((bytes) => bytes.toString("base64").replaceAll("=", ""));
  return `$argon2id$v=19$m=8,t=1,p=1$${text}$${digest}`;
}

async function setHash(name: string, passwordHash: string): Promise<void> {
  await database.write((transaction) =>
    transaction.updateTable("users").set({ password_hash: passwordHash }).where("name", "=", name).execute(),
  );
}

async function hashOf(name: string): Promise<string> {
  const row = await database.read.selectFrom("users").selectAll().where("name", "=", name).executeTakeFirst();
  return row?.password_hash ?? "";
}

async function timeOf(name: string): Promise<number> {
  const startedAt = performance.now();
  await assert.rejects(accounts.logIn(name, "wrong horse"), { name: "UnauthenticatedError" });
  return performance.now() - startedAt;
}
