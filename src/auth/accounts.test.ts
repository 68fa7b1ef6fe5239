import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDatabase } from "../database/open.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { createAccess } from "./access.ts";
import { createAccounts } from "./accounts.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-accounts-"));
const database = await openDatabase(`sqlite:${join(folder, "hub.db")}`);
const accounts = createAccounts({ database });
const access = createAccess({ database });
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

test("the administrator is made once; a password that is made is given back that once", async () => {
  const password = await accounts.ensureAdmin();
  assert.ok(password !== undefined && password.length >= 20);
  assert.equal(await accounts.ensureAdmin("another password"), undefined);
  assert.deepEqual(await accounts.logIn("admin", password), {
    kind: "user",
    name: "admin",
    administrator: true,
  });
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
