import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Me } from "../src/api/contract/me.ts";
import type { PasswordReset } from "../src/api/contract/password-reset.ts";
import type { Problem } from "../src/api/contract/problem.ts";
import type { UserDeletion } from "../src/api/contract/user-deletion.ts";
import type { UserPage } from "../src/api/contract/users.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ registration: "closed" });
after(() => hub.stop());
const PASSWORD = "correct horse battery";
const { accounts, sessions, store, database, controllers } = hub.context;
const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });

test("where registration is closed, administrators alone make accounts", async () => {
  const body = { name: "newcomer", password: PASSWORD };
  assert.equal((await send("POST", "/api/v1/users", { body })).status, 403);
  await register("member");
  const byMember = { body, authorization: basic("member", PASSWORD) };
  assert.equal((await send("POST", "/api/v1/users", byMember)).status, 403);
  assert.equal((await send("POST", "/api/v1/users", { body, authorization: hub.admin })).status, 201);
});

test("accounts are listed in pages, for administrators alone", async () => {
  for (const name of ["page-a", "page-b", "page-c"]) await register(name);
  assert.equal((await send("GET", "/api/v1/users", {})).status, 401);
  assert.equal(
    (await send("GET", "/api/v1/users", { authorization: basic("page-a", PASSWORD) })).status,
    403,
  );
  const names: string[] = [];
  for (let next: string | undefined = ""; next !== undefined;) {
    const page: UserPage = await json(
      send("GET", `/api/v1/users?limit=2${next && `&continue=${next}`}`, { authorization: hub.admin }),
    );
    assert.ok(page.items.length <= 2);
    assert.doesNotMatch(JSON.stringify(page), /argon2/);
    names.push(...page.items.map(({ name }) => name));
    next = page.continue;
  }
  assert.deepEqual(names, [...new Set(names)].toSorted());
  assert.ok(["admin", "page-a", "page-b", "page-c"].every((name) => names.includes(name)));
});

test("accounts are found by a part of the name or of the display name, and what a pattern would be is a text", async () => {
  await accounts.register({ name: "find-me", password: PASSWORD, displayName: "Zoë 100% Finder" });
  await accounts.register({ name: "find-too", password: PASSWORD });
  assert.deepEqual(await found("find-"), ["find-me", "find-too"]);
  assert.deepEqual(await found("FINDER"), ["find-me"]);
  assert.deepEqual(await found("100%"), ["find-me"]);
  assert.deepEqual(await found("d_m"), []);
  assert.deepEqual(await found("\\"), []);
});

test("a disabled account is out at once: password, session, token, registry token, and back in when enabled", async () => {
  await register("dora");
  const { token } = await hub.context.personalTokens.create("dora", WHOLE);
  const cookie = `imagehub_session=${await sessions.start("dora")}`;
  const pushToken = await bearer(hub, ["repository:dora/app:pull,push"], basic("dora", PASSWORD));
  const isIn = async () => [
    await status("GET", "/api/v1/me", { authorization: basic("dora", PASSWORD) }),
    await status("GET", "/api/v1/me", { authorization: `Bearer ${token}` }),
    (await json<Me>(send("GET", "/api/v1/me", { cookie }))).name,
    await status("POST", "/v2/dora/app/blobs/uploads/", { authorization: pushToken }),
  ];
  assert.deepEqual(await isIn(), [200, 200, "dora", 202]);
  assert.equal(await disable("dora", true), 200);
  assert.deepEqual(await isIn(), [401, 401, "", 401]);
  assert.equal(await disable("dora", false), 200);
  assert.deepEqual(await isIn(), [200, 200, "", 202]);
});

test("the administrator is neither disabled nor deleted, and who is not there is not found", async () => {
  assert.equal(await disable("admin", true), 409);
  assert.equal(
    await status("DELETE", "/api/v1/users/admin?organizations=keep", { authorization: hub.admin }),
    409,
  );
  assert.equal(await disable("nobody", true), 404);
  assert.equal(await status("DELETE", "/api/v1/users/nobody", { authorization: hub.admin }), 404);
  assert.equal(
    await status("POST", "/api/v1/users/nobody/password-reset", { authorization: hub.admin }),
    404,
  );
});

test("a code sets a new password once, ends the sessions, and is stored as a hash", async () => {
  await register("erin");
  const cookie = `imagehub_session=${await sessions.start("erin")}`;
  const first = await reset("erin");
  const { code, url, expiresAt } = await reset("erin");
  assert.equal(url, `${hub.url}/password-reset#${code}`);
  const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000;
  assert.ok(hours > 23 && hours <= 24);
  const rows = await database.read.selectFrom("password_resets").selectAll().execute();
  assert.ok(!JSON.stringify(rows).includes(code));

  assert.deepEqual(await use(first.code, "a new password"), [422, "code"]);
  assert.deepEqual(await use("x", "a new password"), [422, "code"]);
  assert.deepEqual(await use(code, "short"), [422, "password"]);
  assert.deepEqual(await use(code, "a new\0password"), [422, "password"]);
  assert.deepEqual(await use(code, "a new password"), [204, undefined]);
  assert.deepEqual(await use(code, "a third password"), [422, "code"]);
  assert.equal((await json<Me>(send("GET", "/api/v1/me", { cookie }))).name, "");
  assert.equal(await status("GET", "/api/v1/me", { authorization: basic("erin", PASSWORD) }), 401);
  assert.equal(await status("GET", "/api/v1/me", { authorization: basic("erin", "a new password") }), 200);
});

test("a code that is over sets nothing", async () => {
  await register("fred");
  const { code } = await reset("fred");
  await database.write((transaction) =>
    transaction.updateTable("password_resets").set({ expires_at: Date.now() }).execute(),
  );
  assert.deepEqual(await use(code, "a new password"), [422, "code"]);
});

test("a code ends when its user changes the password: who had lost control of it has it back", async () => {
  await register("greta");
  const { code } = await reset("greta");
  const change = { current: PASSWORD, password: "her own choice" };
  const authorization = basic("greta", PASSWORD);
  assert.equal(await status("PUT", "/api/v1/me/password", { authorization, body: change }), 204);
  assert.deepEqual(await use(code, "a new password"), [422, "code"]);
});

test("a deletion asks what becomes of organizations that nobody else owns, and names them", async () => {
  await register("gina");
  await push("gina", "gina/app");
  await push("gina", "gina-team/app");
  const problem = await json<Problem>(send("DELETE", "/api/v1/users/gina", { authorization: hub.admin }));
  assert.equal(problem.status, 409);
  const owned = [
    { name: "gina", repositories: 1 },
    { name: "gina-team", repositories: 1 },
  ];
  assert.deepEqual(problem.organizations, owned);
  assert.match(problem.detail ?? "", /gina, gina-team; say what becomes of them: organizations=keep/);

  const used = await json<Problem>(
    send("DELETE", "/api/v1/users/gina?organizations=delete", { authorization: hub.admin }),
  );
  assert.match(
    used.detail ?? "",
    /these organizations have repositories: gina, gina-team; delete those first/,
  );
  for (const to of ["", "&to=gina", "&to=nobody"]) {
    const path = `/api/v1/users/gina?organizations=transfer${to}`;
    assert.equal((await json<Problem>(send("DELETE", path, { authorization: hub.admin }))).field, "to");
  }
  const plan = await json<UserDeletion>(
    send("DELETE", "/api/v1/users/gina?dryRun=true", { authorization: hub.admin }),
  );
  assert.deepEqual(plan, { name: "gina", organizations: owned, leaves: [] });
  assert.equal(await status("GET", "/api/v1/me", { authorization: basic("gina", PASSWORD) }), 200);
});

test("an owner without an account is nobody to whom a deleted one's organizations could stay", async () => {
  await register("lena");
  await push("lena", "lena-team/app");
  await controllers.idle();
  const organization = await store.get("Organization", "lena-team");
  const { members = [] } = organization.spec;
  const absent = { kind: "User" as const, name: "nobody", role: "owner" as const };
  await store.update({ ...organization, spec: { ...organization.spec, members: [...members, absent] } });
  await controllers.idle();
  const plan = await json<UserDeletion>(
    send("DELETE", "/api/v1/users/lena?dryRun=true", { authorization: hub.admin }),
  );
  assert.deepEqual(
    plan.organizations.map(({ name }) => name),
    ["lena", "lena-team"],
  );
  assert.equal(await status("DELETE", "/api/v1/users/lena", { authorization: hub.admin }), 409);
});

test("organizations are passed on, what was pushed stays, and nothing of the account does", async () => {
  for (const name of ["hank", "ines"]) await register(name);
  await push("hank", "hank-team/app");
  const cookie = `imagehub_session=${await sessions.start("hank")}`;
  await send("PUT", "/api/v1/stars/hank-team/app", { cookie });
  await hub.context.personalTokens.create("hank", WHOLE);
  await hub.context.refreshTokens.create({ kind: "user", name: "hank", administrator: false });
  const path = "/api/v1/users/hank?organizations=transfer&to=ines";
  assert.equal(await status("DELETE", path, { authorization: hub.admin }), 200);
  await controllers.idle();

  const organizations = (
    await json<Me>(send("GET", "/api/v1/me", { authorization: basic("ines", PASSWORD) }))
  ).organizations;
  assert.deepEqual(organizations.map(({ name, role }) => `${name} ${role}`).toSorted(), [
    "hank owner",
    "hank-team owner",
    "ines owner",
  ]);
  const { spec } = await store.get("Organization", "hank-team");
  assert.deepEqual(spec.members, [{ kind: "User", name: "ines", role: "owner" }]);
  assert.equal(
    await status("GET", "/v2/hank-team/app/manifests/v1", { authorization: basic("ines", PASSWORD) }),
    200,
  );
  await assert.rejects(store.get("User", "hank"), { name: "NotFoundError" });
  for (const table of ["users", "sessions", "tokens", "refresh_tokens", "organization_members"] as const) {
    const rows = await database.read.selectFrom(table).selectAll().execute();
    const own = rows.filter((row) =>
      Object.entries(row).some(([column, value]) => OWNERS.has(column) && value === "hank"),
    );
    assert.deepEqual(own, [], table);
  }
  // Its organization has the name still.
  assert.equal(
    await status("POST", "/api/v1/users", {
      authorization: hub.admin,
      body: { name: "hank", password: PASSWORD },
    }),
    422,
  );
});

test("with its empty organizations an account goes whole, and its name is free", async () => {
  await register("june");
  assert.equal(
    await status("DELETE", "/api/v1/users/june?organizations=delete", { authorization: hub.admin }),
    200,
  );
  await register("june");
});

test("with an organization its robots go, and what clients keep in the place of their tokens", async () => {
  await register("rosa");
  const words = { scopes: ["read" as const], repositories: ["rosa/*"], expiresAt: undefined };
  const made = await hub.context.robots.create("rosa", { name: "ci", createdBy: "rosa", ...words });
  const robot = await hub.context.robots.logIn(made?.token ?? "");
  await hub.context.refreshTokens.create(robot);
  const path = "/api/v1/users/rosa?organizations=delete";
  assert.equal(await status("DELETE", path, { authorization: hub.admin }), 200);
  for (const table of ["robots", "refresh_tokens"] as const) {
    const rows = await database.read.selectFrom(table).selectAll().execute();
    assert.ok(!JSON.stringify(rows).includes("rosa"), table);
  }
});

test("kept organizations have no owner, and members stay members", async () => {
  for (const name of ["kate", "liam"]) await register(name);
  await push("kate", "kate-team/app");
  const organization = await store.get("Organization", "kate-team");
  const members = [
    { kind: "User" as const, name: "kate", role: "owner" as const },
    { kind: "User" as const, name: "liam", role: "reader" as const },
  ];
  await store.update({ ...organization, spec: { ...organization.spec, members } });
  await controllers.idle();
  assert.equal(
    await status("DELETE", "/api/v1/users/kate?organizations=keep", { authorization: hub.admin }),
    200,
  );
  await controllers.idle();
  assert.deepEqual((await store.get("Organization", "kate-team")).spec.members, [members[1]]);
});

test("who deletes itself must know the password, whatever session it has", async () => {
  await register("mona");
  const cookie = `imagehub_session=${await sessions.start("mona")}`;
  const path = "/api/v1/me?organizations=keep";
  const wrong = await json<Problem>(send("DELETE", path, { cookie, body: { password: "wrong horse" } }));
  assert.deepEqual([wrong.status, wrong.field], [422, "password"]);
  const { token } = await hub.context.personalTokens.create("mona", { ...WHOLE, scopes: ["write"] });
  const limited = { authorization: `Bearer ${token}`, body: { password: PASSWORD } };
  assert.equal(await status("DELETE", path, limited), 403);
  assert.equal(await status("DELETE", path, { cookie, body: { password: PASSWORD } }), 200);
  assert.equal(await accounts.exists("mona"), false);
  assert.equal((await json<Me>(send("GET", "/api/v1/me", { cookie }))).name, "");
});

const WHOLE = { name: "x", scopes: ["admin" as const], repositories: [], expiresAt: undefined };
/** Columns that name whom a row belongs to. */
const OWNERS = new Set(["name", "user_name", "owner"]);

interface Sent {
  authorization?: string;
  cookie?: string;
  body?: unknown;
}

function send(method: string, path: string, { authorization, cookie, body }: Sent): Promise<Response> {
  return fetch(hub.url + path, {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(cookie !== undefined && { cookie }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function status(method: string, path: string, sent: Sent): Promise<number> {
  const response = await send(method, path, sent);
  await response.arrayBuffer();
  return response.status;
}

async function json<T>(response: Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

function register(name: string): Promise<void> {
  return accounts.register({ name, password: PASSWORD });
}

/** Names of the accounts that a text finds. */
async function found(q: string): Promise<string[]> {
  const path = `/api/v1/users?q=${encodeURIComponent(q)}`;
  const { items } = await json<UserPage>(send("GET", path, { authorization: hub.admin }));
  return items.map(({ name }) => name);
}

function disable(name: string, disabled: boolean): Promise<number> {
  return status("PATCH", `/api/v1/users/${name}`, { authorization: hub.admin, body: { disabled } });
}

function reset(name: string): Promise<PasswordReset> {
  return json(send("POST", `/api/v1/users/${name}/password-reset`, { authorization: hub.admin }));
}

/** @returns the status, and the field that is wrong */
async function use(code: string, password: string): Promise<[number, string | undefined]> {
  const response = await send("PUT", "/api/v1/password-reset", { body: { code, password } });
  const text = await response.text();
  return [response.status, text === "" ? undefined : (JSON.parse(text) as Problem).field];
}

async function push(user: string, repository: string): Promise<void> {
  await pushImage(hub, image, { repository, reference: "v1", authorization: basic(user, PASSWORD) });
  await controllers.idle();
}
