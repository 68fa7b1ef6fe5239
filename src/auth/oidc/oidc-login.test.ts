import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Database } from "../../database/database.ts";
import { openDatabase } from "../../database/open.ts";
import { openPglite } from "../../database/pglite.ts";
import { createAccountAdministration } from "../account-administration.ts";
import { createAccounts, type Accounts } from "../accounts.ts";
import { UnauthenticatedError } from "../errors.ts";
import { createPasswordResets } from "../password-resets.ts";
import { createSessions, type Sessions } from "../sessions.ts";
import { createAttempts, type Attempt } from "./attempt.ts";
import type { Identity } from "./claims.ts";
import type { OidcConfig } from "./config.ts";
import { OidcError, type OidcProblem } from "./errors.ts";
import { createIdentities, type Identities } from "./identities.ts";
import { withOidcLimits } from "./limited-login.ts";
import { createOidcLogin, type OidcLogin } from "./oidc-login.ts";

const PASSWORD = "correct horse battery";
const CONFIG: OidcConfig = {
  issuer: "https://id.example.com/",
  clientId: "imagehub",
  clientSecret: undefined,
  name: "Example ID",
  scopes: ["openid"],
  nameClaim: "preferred_username",
  groupsClaim: "groups",
  groupRoles: [],
  required: [],
  registration: "open",
};
const ATTEMPT: Attempt = {
  state: "s",
  nonce: "n",
  codeVerifier: "v",
  redirectUri: "https://hub/",
  next: "/",
};

const folder = await mkdtemp(join(tmpdir(), "imagehub-oidc-"));
after(() => rm(folder, { recursive: true }));

for (const [kind, open] of [
  ["SQLite", () => openDatabase(`sqlite:${join(folder, "hub.db")}`)],
  ["PostgreSQL", openPglite],
] as const) {
  describe(kind, () => suite(open));
}

function suite(open: () => Promise<Database>): void {
  let database: Database;
  let accounts: Accounts;
  let identities: Identities;
  let sessions: Sessions;
  let applied: [string, string[]][] = [];

  before(async () => {
    database = await open();
    accounts = createAccounts({ database });
    identities = createIdentities({ database });
    sessions = createSessions({ database });
    for (const name of ["alice", "bob", "carol"]) await accounts.register({ name, password: PASSWORD });
  });
  after(() => database.close());

  /** The hub, when this somebody comes back from the provider. */
  function loginOf(identity: Identity, config: Partial<OidcConfig> = {}): OidcLogin {
    applied = [];
    return createOidcLogin({
      config: { ...CONFIG, ...config },
      provider: { begin: async () => ({ ...ATTEMPT, url: "" }), identify: async () => identity },
      attempts: createAttempts(randomBytes(32)),
      identities,
      accounts,
      sessions,
      applyGroups: async (user, groups) => {
        applied.push([user, [...groups]]);
        return [];
      },
    });
  }

  const arrive = (identity: Identity, config?: Partial<OidcConfig>, attempt = ATTEMPT) =>
    loginOf(identity, config).complete(attempt, new URLSearchParams());

  async function link(user: string, identity: Identity): Promise<void> {
    const session = await sessions.find(await sessions.start(user));
    await arrive(identity, {}, { ...ATTEMPT, link: { user, session: session?.session ?? "" } });
  }

  test("somebody new gets an account without a password, and is the same user the next time", async () => {
    const dora = somebody("1", "Dora@example.com", { groups: new Set(["staff"]) });
    const first = await arrive(dora);
    assert.deepEqual(
      [first.by, first.subject.name, first.subject.administrator],
      ["registration", "dora", false],
    );
    assert.deepEqual(applied, [["dora", ["staff"]]]);
    const again = await arrive(somebody("1", "another name"));
    assert.deepEqual([again.by, again.subject.name], ["login", "dora"]);
    const [identity] = await identities.list("dora");
    assert.equal(identity?.shownAs, "another name");
    assert.equal((await accounts.find("dora"))?.hasPassword, false);
  });

  test("no password is that of an account without one", async () => {
    for (const password of ["", " ", "null", "undefined"])
      await assert.rejects(accounts.logIn("dora", password), UnauthenticatedError);
    await assert.rejects(accounts.changePassword("dora", { current: "", password: PASSWORD }), /is wrong/);
    const { code } = (await createPasswordResets({ database }).create("dora", { by: "admin" })) ?? {
      code: "",
    };
    await createPasswordResets({ database }).use(code, PASSWORD);
    assert.equal((await accounts.find("dora"))?.hasPassword, true);
    assert.equal((await arrive(somebody("1", "dora"))).by, "login");
  });

  test("an account of the same name is not taken over, nor an organization's name", async () => {
    await fails(arrive(somebody("2", "alice")), "name-taken");
    await fails(arrive(somebody("2", "ALICE@evil.example")), "name-taken");
    assert.deepEqual(await identities.list("alice"), []);
    await database.write((transaction) =>
      transaction
        .insertInto("organizations")
        .values({ name: "team", default_visibility: "public", created_at: 1 })
        .execute(),
    );
    await fails(arrive(somebody("2", "team")), "name-taken");
    assert.equal(await accounts.find("team"), undefined);
  });

  test("a name that is none makes no account", async () => {
    for (const name of ["admin", "аlice", "", undefined])
      await fails(arrive(somebody("3", name)), "name-unusable");
    assert.equal(await identities.find(somebody("3", "x")), undefined);
  });

  test("the same subject of another provider is somebody else", async () => {
    await fails(arrive({ ...somebody("1", "dora"), issuer: "https://evil.example/" }), "name-taken");
  });

  test("where no accounts are made, only who is linked logs in", async () => {
    const closed = { registration: "closed" } as const;
    await fails(arrive(somebody("4", "erin"), closed), "closed");
    assert.equal(await accounts.find("erin"), undefined);
    assert.equal((await arrive(somebody("1", "dora"), closed)).subject.name, "dora");
  });

  test("of two first logins at once one makes the account, and both are its user's", async () => {
    const arrivals = await Promise.all([1, 2, 3].map(() => arrive(somebody("5", "frank"))));
    assert.deepEqual(new Set(arrivals.map(({ subject }) => subject.name)), new Set(["frank"]));
    assert.equal((await identities.list("frank")).length, 1);
  });

  test("who is logged in links its account, and logs in by the provider from then on", async () => {
    await link("bob", somebody("6", "robert"));
    assert.deepEqual(applied, [["bob", []]]);
    const arrival = await arrive(somebody("6", "robert"));
    assert.deepEqual([arrival.by, arrival.subject.name], ["login", "bob"]);
    // The same once more changes nothing.
    await link("bob", somebody("6", "robert"));
    assert.equal((await identities.list("bob")).length, 1);
  });

  test("what is another user's is not linked, nor a second of the same provider", async () => {
    await fails(link("carol", somebody("6", "robert")), "linked-elsewhere");
    await fails(link("bob", somebody("7", "robert")), "linked-already");
    assert.deepEqual(await identities.list("carol"), []);
  });

  test("a session that ended meanwhile links nothing", async () => {
    const secret = await sessions.start("carol");
    const { session = "" } = (await sessions.find(secret)) ?? {};
    await sessions.end(secret);
    const attempt = { ...ATTEMPT, link: { user: "carol", session } };
    await fails(arrive(somebody("8", "carol"), {}, attempt), "ended");
    assert.deepEqual(await identities.list("carol"), []);
  });

  test("a disabled user does not log in, and a deleted one's place is free", async () => {
    const administration = createAccountAdministration({ database });
    await administration.setDisabled("bob", true);
    await fails(arrive(somebody("6", "robert")), "disabled");
    await administration.setDisabled("bob", false);
    assert.equal((await arrive(somebody("6", "robert"))).subject.name, "bob");
    await database.write((transaction) =>
      transaction.deleteFrom("users").where("name", "=", "frank").execute(),
    );
    assert.equal(await identities.find(somebody("5", "frank")), undefined);
  });

  test("a link that ended is none, and nobody ends another's", async () => {
    const [identity] = await identities.list("bob");
    assert.equal(await identities.delete("carol", identity?.id ?? ""), false);
    assert.equal(await identities.delete("bob", identity?.id ?? ""), true);
    await fails(arrive(somebody("6", "robert"), { registration: "closed" }), "closed");
  });

  test("after a hundred logins that came to nothing the provider is not asked any more, for a while", async () => {
    const clock = { now: Date.now() };
    let asked = 0;
    const login = withOidcLimits(
      {
        ...loginOf(somebody("9", "alice")),
        complete() {
          asked += 1;
          throw new OidcError("untrusted", "a test");
        },
      },
      { now: () => clock.now },
    );
    for (let tries = 0; tries < 105; tries += 1)
      await assert.rejects(login.complete(ATTEMPT, new URLSearchParams()));
    assert.equal(asked, 100);
    await fails(login.complete(ATTEMPT, new URLSearchParams()), "busy");
    clock.now += 5_000;
    await fails(login.complete(ATTEMPT, new URLSearchParams()), "untrusted");
  });
}

function somebody(subject: string, claimedName: string | undefined, rest: Partial<Identity> = {}): Identity {
  return { issuer: CONFIG.issuer, subject, claimedName, displayName: undefined, groups: new Set(), ...rest };
}

async function fails(running: Promise<unknown>, problem: OidcProblem): Promise<void> {
  await assert.rejects(running, (error) => {
    assert.ok(error instanceof OidcError, String(error));
    assert.equal(error.problem, problem, error.message);
    return true;
  });
}
