import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import type { AuditEntry } from "../src/api/contract/audit.ts";
import type { UserAccount } from "../src/api/contract/users.ts";
import { ADMIN_PASSWORD, basic, startTestHub } from "./start-hub.ts";

const PROGRAM = join(import.meta.dirname, "../bin/imagehub");
const PASSWORD = "down the rabbit hole";
const home = await mkdtemp(join(tmpdir(), "imagehub-people-"));
const hub = await startTestHub({ registration: "closed" });
after(async () => {
  await hub.stop();
  await rm(home, { recursive: true });
});
const { accounts, store } = hub.context;
for (const name of ["olga", "paul"]) await accounts.register({ name, password: PASSWORD });

test("an account is made with a link, found, kept out and let in again, and helped", async () => {
  const made = await ok("admin", ["user", "create", "alice", "--display-name", "Alice Liddell"]);
  assert.match(made.out, /^http:\S+\/password-reset#\S+\n$/);
  assert.match(made.err, /Hand this link to the user: .* is not shown again/);
  await setPassword(made.out.trim(), PASSWORD);
  assert.equal(await logIn("alice"), 200);

  assert.match(
    (await ok("admin", ["user", "list"])).out,
    /^NAME .*\nadmin .*administrator .*\nalice +Alice L/,
  );
  const found = JSON.parse((await ok("admin", ["user", "list", "LIDDELL", "--json"])).out) as UserAccount[];
  assert.deepEqual(
    found.map(({ name }) => name),
    ["alice"],
  );
  assert.match((await ok("admin", ["user", "list", "--limit", "1"])).out, /\nThere are more: --limit/);

  assert.match((await run("admin", ["user", "list", "--limit", "many"])).err, /Cannot take --limit "many"/);

  assert.match((await ok("admin", ["user", "disable", "alice"])).out, /Next: imagehub user enable alice/);
  assert.equal(await logIn("alice"), 401);
  await ok("admin", ["user", "enable", "alice"]);
  assert.equal(await logIn("alice"), 200);

  const link = (await ok("admin", ["user", "reset-password", "alice"])).out.trim();
  await setPassword(link, "another password");
  assert.equal(await logIn("alice", "another password"), 200);
});

test("an account is deleted by who says what becomes of its organizations, and means it", async () => {
  const environment = { IMAGEHUB_NEW_PASSWORD: PASSWORD };
  assert.equal((await ok("admin", ["user", "create", "gina"], { environment })).out, "Made account gina\n");
  const plan = await ok("admin", ["user", "delete", "gina", "--dry-run"]);
  assert.match(plan.out, /what was pushed stays\.\nNobody else owns gina \(0 repositories\)\./);
  for (const [args, message] of [
    [[], /nobody else owns gina; say what becomes of them: --organizations keep/],
    [["--organizations", "transfer"], /name their new owner with --to USER/],
    [["--organizations", "delete"], /Cannot ask whether to delete the account gina: say --yes/],
    [["--organizations", "transfer", "--to", "nobody", "--yes"], /expected in `to` another user/],
  ] as const) {
    const { code, err } = await run("admin", ["user", "delete", "gina", ...args]);
    assert.equal(code, 1);
    assert.match(err, message);
  }
  assert.equal(await accounts.exists("gina"), true);
  const deleted = await ok("admin", ["user", "delete", "gina", "--organizations", "delete", "--yes"]);
  assert.equal(deleted.out, "Deleted account gina\n");
  assert.equal(await accounts.exists("gina"), false);
});

test("who is no administrator manages no accounts", async () => {
  const { code, err } = await run("olga", ["user", "list"]);
  assert.equal(code, 1);
  assert.match(err, /olga is no administrator/);
});

test("a password is changed by two lines of standard input, by who knows the present one", async () => {
  const args = ["password", "--hub", hub.url, "--user", "paul"];
  const wrong = await begin(args, { input: "wrong one\na new password\n" });
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /wrong/);
  const half = await begin(args, { input: `${PASSWORD}\n` });
  assert.match(half.err, /expected two lines on standard input/);
  const short = await begin(args, { input: `${PASSWORD}\nshort\n` });
  assert.match(short.err, /expected 8 characters/);
  assert.match((await begin(["password", "--hub", hub.url])).err, /name the user with --user/);
  const { code, out, err } = await begin(args, { input: `${PASSWORD}\na new password\n` });
  assert.deepEqual(
    [code, out],
    [0, "Changed the password of paul; other sessions have ended, tokens stay\n"],
    err,
  );
  assert.equal(await logIn("paul", "a new password"), 200);
});

test("an organization is made, joined by a link, passed on and left", async () => {
  const made = await ok("olga", ["org", "create", "team", "--display-name", "The Team", "--private"]);
  assert.match(made.out, /^Made organization team\. Next: imagehub org invite team/);
  const { spec } = await store.get("Organization", "team");
  assert.deepEqual([spec.displayName, spec.defaultVisibility], ["The Team", "private"]);
  const taken = await run("olga", ["org", "create", "paul"]);
  assert.match(taken.err, /somebody else's; choose another/);

  const alone = await run("olga", ["org", "transfer", "team", "--to", "nina"]);
  assert.match(alone.err, /nina is no member; invite first: imagehub org invite team --role owner/);
  const invited = await ok("olga", ["org", "invite", "team", "--role", "reader", "--uses", "2"]);
  assert.match(invited.out, /^http:\S+\/invitations#ihi_\w+\n$/);
  await register("nina", invited.out.trim().split("#")[1] ?? "");
  const [, listed = ""] = (await ok("olga", ["org", "invitations", "team"])).out.split("\n");
  assert.match(listed, /^[0-9a-f]{16} +reader +1 +olga +20/);
  await ok("olga", ["org", "revoke", "team", listed.slice(0, 16)]);
  assert.match((await ok("olga", ["org", "invitations", "team"])).out, /^Nobody is invited\. Next:/);

  assert.match((await run("olga", ["org", "leave", "team"])).err, /you are its last owner; make another/);
  const passed = await ok("olga", ["org", "transfer", "team", "--to", "nina", "--stay", "publisher"]);
  assert.equal(passed.out, "nina is an owner of team; you are its publisher\n");
  const members = await ok("olga", ["org", "members", "team"]);
  assert.match(members.out, /^NAME +KIND +ROLE\nolga +User +publisher\nnina +User +owner\n$/);
  await hub.context.controllers.idle();
  await changeMembersOf("team");
  assert.match((await ok("olga", ["org"])).out, /^NAME +ROLE\n(?:\w+ +\w+\n)*team +publisher/);
  assert.equal((await ok("olga", ["org", "leave", "team"])).out, "Left team\n");
  assert.deepEqual((await store.get("Organization", "team")).spec.members, [
    { kind: "User", name: "nina", role: "owner" },
  ]);
});

/** As nina, its owner; at the end they are what they were. */
async function changeMembersOf(organization: string): Promise<void> {
  const added = await ok("nina", ["org", "add", organization, "paul", "--role", "reader"]);
  assert.equal(added.out, `paul is reader in ${organization}\n`);
  await ok("nina", ["org", "add", organization, "paul", "--role", "publisher"]);
  await ok("nina", ["org", "add", organization, "/devs", "--group", "--role", "reader"]);
  const members = await ok("nina", ["org", "members", organization]);
  assert.match(members.out, /\npaul +User +publisher\n\/devs +Group +reader\n$/);
  assert.match(
    (await run("nina", ["org", "remove", organization, "/devs"])).err,
    /no User of this name is in/,
  );
  await ok("nina", ["org", "remove", organization, "/devs", "--group"]);
  assert.equal(
    (await ok("nina", ["org", "remove", organization, "paul"])).out,
    `paul is not in ${organization} any more\n`,
  );
  assert.match((await run("nina", ["org", "remove", organization, "nina"])).err, /at least one owner/);
}

test("an organization is not renamed, and the way is told", async () => {
  const { code, err } = await begin(["org", "rename", "team", "crew"]);
  assert.equal(code, 1);
  assert.match(err, /Cannot rename team: .*imagehub org create crew.*skopeo sync, crane cp/);
});

test("the audit tells of all this, as a table and as lines", async () => {
  const args = ["audit", "--actor", "admin", "--action", "user", "--since", "1h"];
  const table = await ok("admin", args);
  assert.match(table.out, /^WHEN +WHO +FROM +ACTION +RESOURCE +OUTCOME +TIMES\n/);
  assert.match(table.out, /admin +\S+ +user\.delete +gina +success +1\n/);
  const lines = (await ok("admin", [...args, "--output", "jsonl"])).out.trimEnd().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as AuditEntry);
  assert.ok(entries.every(({ actor }) => actor === "admin"));
  assert.ok(entries.some(({ action, resource }) => action === "user.delete" && resource === "gina"));
  assert.match(
    (await run("admin", ["audit", "--since", "yesterday"])).err,
    /Cannot take --since "yesterday"/,
  );
});

interface Circumstances {
  environment?: Record<string, string>;
  input?: string;
}

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

async function ok(user: string, args: string[], circumstances?: Circumstances): Promise<Ran> {
  const ran = await run(user, args, circumstances);
  assert.equal(ran.code, 0, ran.err);
  return ran;
}

/** Runs a command as somebody. */
function run(user: string, args: string[], { environment, input = "" }: Circumstances = {}): Promise<Ran> {
  const password = user === "admin" ? ADMIN_PASSWORD : PASSWORD;
  const login = { IMAGEHUB_HUB: hub.url, IMAGEHUB_USER: user, IMAGEHUB_PASSWORD: password };
  return begin(args, { environment: { ...login, ...environment }, input });
}

async function begin(args: string[], { environment = {}, input = "" }: Circumstances = {}): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("IMAGEHUB_"));
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: home,
    env: { ...Object.fromEntries(inherited), HOME: home, ...environment },
  });
  child.stdin.end(input);
  const [[code], out, err] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  return { code: code as number | null, out, err };
}

async function setPassword(link: string, password: string): Promise<void> {
  await send("PUT", "/api/v1/password-reset", { code: link.split("#")[1], password });
}

async function register(name: string, invitation: string): Promise<void> {
  await send("POST", "/api/v1/users", { name, password: PASSWORD, invitation });
}

async function send(method: string, path: string, body: object): Promise<void> {
  const response = await fetch(hub.url + path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, await response.text());
}

async function logIn(name: string, password = PASSWORD): Promise<number> {
  const headers = { authorization: basic(name, password) };
  return (await fetch(`${hub.url}/api/v1/me`, { headers })).status;
}
