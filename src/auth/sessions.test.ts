import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDatabase } from "../database/open.ts";
import { createAccounts } from "./accounts.ts";
import { UnauthenticatedError } from "./errors.ts";
import { createSessions, SESSION_IDLE_MS, SESSION_MAX_MS } from "./sessions.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const folder = await mkdtemp(join(tmpdir(), "imagehub-sessions-"));
const database = await openDatabase(`sqlite:${join(folder, "hub.db")}`);
const clock = { now: Date.now() };
const sessions = createSessions({ database, now: () => clock.now });
await createAccounts({ database }).register({ name: "alice", password: "correct horse" });
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

test("a secret that nobody was given, and a hash that somebody read, are no sessions", async () => {
  await sessions.start("alice");
  const [row] = await database.read.selectFrom("sessions").selectAll().execute();
  for (const secret of ["", "x", "A".repeat(43), row?.id_hash ?? ""])
    assert.equal(await sessions.find(secret), undefined);
});

test("a session that nobody uses ends after a week", async () => {
  const secret = await sessions.start("alice");
  clock.now += SESSION_IDLE_MS - 1;
  const other = await sessions.start("alice");
  clock.now += 1;
  assert.equal(await sessions.find(secret), undefined);
  assert.equal((await sessions.find(other))?.name, "alice");
});

test("use lengthens a session, to thirty days in all", async () => {
  const secret = await sessions.start("alice");
  const startedAt = clock.now;
  for (; clock.now < startedAt + SESSION_MAX_MS; clock.now += DAY_MS) {
    assert.equal((await sessions.find(secret))?.name, "alice");
    // What notes the use is waited for by nobody; this write comes after it.
    await database.write(async () => undefined);
  }
  assert.equal(await sessions.find(secret), undefined);
});

test("of a hundred and one sessions the oldest is over, and what is over is removed", async () => {
  const secrets: string[] = [];
  for (let i = 0; i < 101; i += 1) {
    secrets.push(await sessions.start("alice"));
    clock.now += 1;
  }
  assert.equal(await sessions.find(secrets[0] ?? ""), undefined);
  assert.equal((await sessions.find(secrets[1] ?? ""))?.name, "alice");
  clock.now += SESSION_IDLE_MS;
  await sessions.start("alice");
  const { length } = await database.read.selectFrom("sessions").select("id_hash").execute();
  assert.equal(length, 1);
});

test("a session ends with its account's being disabled, and for good when it was ended", async () => {
  const secret = await sessions.start("alice");
  const subject = await sessions.find(secret);
  assert.ok(subject && (await sessions.isLive(subject)));
  await setDisabled(1);
  assert.equal(await sessions.find(secret), undefined);
  assert.equal(await sessions.isLive(subject), false);
  await setDisabled(0);
  assert.equal(await sessions.isLive(subject), true);
  await sessions.end(secret);
  assert.equal(await sessions.isLive(subject), false);
});

function setDisabled(disabled: number) {
  return database.write((transaction) =>
    transaction.updateTable("users").set({ disabled }).where("name", "=", "alice").execute(),
  );
}

test("a login that began before a change of the password and ends after it begins nothing", async () => {
  const accounts = createAccounts({ database });
  const [old, changed] = ["correct horse", "battery staple"];
  const subject = await accounts.logInByPassword("alice", old);
  await accounts.changePassword("alice", { current: old, password: changed });
  await assert.rejects(sessions.start("alice", subject.password), UnauthenticatedError);
  const { password } = await accounts.logInByPassword("alice", changed);
  assert.equal((await sessions.find(await sessions.start("alice", password)))?.name, "alice");
  await accounts.changePassword("alice", { current: changed, password: old });
});
