import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDatabase } from "../database/open.ts";
import { createAccounts } from "./accounts.ts";
import { authenticate } from "./credentials.ts";
import { UnauthenticatedError } from "./errors.ts";
import { createOperatorToken, withOperatorToken } from "./operator-token.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-operator-token-"));
const database = await openDatabase(`sqlite:${join(folder, "hub.db")}`);
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});
const accounts = createAccounts({ database });
const token = createOperatorToken();
const withToken = withOperatorToken(accounts, token);

test("accounts that were not given the operator token do not take it", async () => {
  await assert.rejects(authenticate(accounts, `Bearer ${token}`), UnauthenticatedError);
});

for (const [what, wrong] of [
  ["another", createOperatorToken()],
  ["no", ""],
  ["the beginning of the", token.slice(0, -1)],
  ["a continued", `${token}a`],
] as const) {
  test(`${what} operator token is nobody's`, async () => {
    await assert.rejects(authenticate(withToken, `Bearer ${wrong}`), UnauthenticatedError);
  });
}

test("the operator token is the administrator's, and no password", async () => {
  const subject = await authenticate(withToken, `Bearer ${token}`);
  assert.deepEqual(subject, { kind: "user", name: "admin", administrator: true });
  await assert.rejects(withToken.logIn("admin", token), UnauthenticatedError);
});
