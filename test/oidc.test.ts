import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { IdentityList } from "../src/api/contract/identities.ts";
import type { Problem } from "../src/api/contract/problem.ts";
import type { TokenShownOnce } from "../src/api/contract/tokens.ts";
import { OIDC_PROBLEMS } from "../src/auth/oidc/errors.ts";
import account from "../web/locales/account.en.json" with { type: "json" };
import { buildImage } from "./image-builder.ts";
import { loginAddress, meOf, startOidcHub } from "./oidc-hub.ts";
import { pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";
import { createWebBrowser, type WebBrowser, type WebPage } from "./web-browser.ts";

const PASSWORD = "correct horse battery";
const PEOPLE = {
  alice: { preferred_username: "Alice", name: "Alice Liddell" },
  mallory: { preferred_username: "bob", name: "Mallory" },
  robert: { preferred_username: "robert" },
  reserved: { preferred_username: "Admin" },
  late: { preferred_username: "late" },
};
const hub = await startOidcHub(PEOPLE, { "log-level": "fatal" }, { path: "/realms/main" });
after(() => hub.stop());
await hub.context.accounts.register({ name: "bob", password: PASSWORD });

test("the web has words for each problem, and no others", () => {
  assert.deepEqual(Object.keys(account.loginProblem).toSorted(), OIDC_PROBLEMS.toSorted());
});

test("pages learn that there is a provider", async () => {
  const info = (await (await fetch(`${hub.url}/api/v1/hub`)).json()) as { oidc?: { name: string } };
  assert.deepEqual(info.oidc, { name: "Example ID" });
});

test("somebody new logs in, has an account of the name that the provider tells, and goes on where it was to go", async () => {
  const browser = createWebBrowser();
  const page = await hub.logIn(browser, "alice", "/r/labring/hello?tag=v1");
  assert.equal(page.url.href, `${hub.url}/r/labring/hello?tag=v1`);
  const me = await meOf(hub, browser);
  assert.deepEqual([me.name, me.displayName, me.administrator], ["alice", "Alice Liddell", false]);
  assert.deepEqual(me.organizations, [{ name: "alice", role: "owner" }]);
  assert.deepEqual(cookiesOf(browser), ["imagehub_session"]);

  const other = createWebBrowser();
  await hub.logIn(other, "alice");
  assert.equal((await meOf(hub, other)).name, "alice");
  assert.equal((await browser.send(`${hub.url}/api/v1/session`, { method: "DELETE" })).status, 204);
  assert.equal((await meOf(hub, browser)).name, "");
  assert.equal((await meOf(hub, other)).name, "alice");
});

test("an account without a password pushes by a token that its user makes", async () => {
  const browser = createWebBrowser();
  await hub.logIn(browser, "alice");
  const answer = await post(browser, "/api/v1/tokens", { name: "docker", scopes: ["read", "write"] });
  const { token } = (await answer.json()) as TokenShownOnce;
  const image = await buildImage();
  const pushed = { repository: "alice/app", reference: "v1", authorization: basic("alice", token) };
  await pushImage(hub, image, pushed);
  await assert.rejects(pushImage(hub, image, { ...pushed, authorization: basic("alice", "") }));
});

test("next leads to no other site", async () => {
  for (const next of ["https://evil.example/", "//evil.example", String.raw`/\evil.example`]) {
    const page = await hub.logIn(createWebBrowser(), "alice", next);
    assert.equal(page.url.href, `${hub.url}/`);
  }
});

test("an address of the way back works in the browser that began, once", async () => {
  const [mine, other] = [createWebBrowser(), createWebBrowser()];
  const callback = await callbackOf(mine);
  isProblem(await other.open(callback), "ended");
  assert.equal((await meOf(hub, other)).name, "");
  // A victim that has begun itself is not logged in as who sends it the address.
  await other.open(loginAddress(hub));
  isProblem(await other.open(callback), "ended");
  assert.equal((await mine.open(callback)).url.href, `${hub.url}/`);
  isProblem(await mine.open(callback), "ended");
});

test("a code that was used is none in a browser that kept its cookie", async () => {
  const browser = createWebBrowser();
  const callback = await callbackOf(browser);
  const jar = browser.cookies.get(new URL(hub.url).host);
  const kept = new Map(jar);
  await browser.open(callback);
  for (const [name, value] of kept) jar?.set(name, value);
  isProblem(await browser.open(callback), "ended");
});

test("who says no at the provider comes back to a page that says so, and may go on where it was to go", async () => {
  const browser = createWebBrowser();
  const form = await browser.open(loginAddress(hub, "/r/a/b"));
  const cancel = /href="([^"]+abort)"/.exec(form.text)?.[1] ?? "";
  const page = await browser.open(new URL(cancel, form.url).href);
  isProblem(page, "denied");
  assert.equal(page.url.searchParams.get("next"), "/r/a/b");
});

test("a user's name is not taken over, and its user links the account by logging in first", async () => {
  const browser = createWebBrowser();
  const taken = await hub.logIn(browser, "mallory");
  isProblem(taken, "name-taken");
  assert.equal(taken.url.searchParams.get("user"), "bob");
  assert.equal((await meOf(hub, browser)).name, "");

  const bobs = createWebBrowser();
  await logInByPassword(bobs);
  const linked = await link(bobs, "robert");
  assert.equal(linked.url.href, `${hub.url}/account?view=settings`);
  assert.deepEqual(
    (await identitiesOf(bobs)).items.map(({ shownAs, isUsable, isLast }) => ({ shownAs, isUsable, isLast })),
    [{ shownAs: "robert", isUsable: true, isLast: false }],
  );
  const other = createWebBrowser();
  await hub.logIn(other, "robert");
  assert.equal((await meOf(hub, other)).name, "bob");
});

test("what is linked to one account is not linked to another, and the page of the account says so", async () => {
  const browser = createWebBrowser();
  await hub.logIn(browser, "alice");
  const page = await link(browser, "robert");
  assert.equal(page.url.pathname, "/account");
  assert.equal(page.url.searchParams.get("problem"), "linked-elsewhere");
});

test("a link ends, but for the last way to log in", async () => {
  const alices = createWebBrowser();
  await hub.logIn(alices, "alice");
  const { items, hasPassword } = await identitiesOf(alices);
  assert.deepEqual([items[0]?.isLast, hasPassword], [true, false]);
  const refused = await remove(alices, items[0]?.id ?? "");
  assert.equal(refused.status, 409);
  assert.match(((await refused.json()) as Problem).detail ?? "", /ask an administrator for a code/);

  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ password: "" });
  const deletion = await alices.send(`${hub.url}/api/v1/me`, { method: "DELETE", headers, body });
  assert.equal(deletion.status, 409);
  assert.equal((await meOf(hub, alices)).name, "alice");

  const bobs = createWebBrowser();
  await logInByPassword(bobs);
  const [identity] = (await identitiesOf(bobs)).items;
  assert.equal((await remove(alices, identity?.id ?? "")).status, 404);
  assert.equal((await remove(bobs, identity?.id ?? "")).status, 204);
  assert.deepEqual((await identitiesOf(bobs)).items, []);
});

test("a link is begun by the hub's own page alone", async () => {
  const bobs = createWebBrowser();
  await logInByPassword(bobs);
  for (const [headers, status] of [
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ authorization: basic("bob", PASSWORD) }, 403],
  ] as const) {
    const answer = await bobs.send(`${hub.url}/api/v1/identities`, { method: "POST", headers });
    assert.equal(answer.status, status);
    assert.deepEqual(answer.headers.getSetCookie(), []);
  }
});

test("a name that is reserved makes no account", async () => {
  isProblem(await hub.logIn(createWebBrowser(), "reserved"), "name-unusable");
});

test("a disabled user stays outside", async () => {
  await hub.logIn(createWebBrowser(), "late");
  await hub.context.accountAdministration.setDisabled("late", true);
  const browser = createWebBrowser();
  isProblem(await hub.logIn(browser, "late"), "disabled");
  assert.equal((await meOf(hub, browser)).name, "");
});

test("logins, accounts, links and refusals are in the audit, without a secret", async () => {
  const records = [];
  for await (const page of hub.context.audit.read({})) records.push(...page);
  const seen = records.map(
    ({ actor, action, resource, status }) => `${actor} ${action} ${resource} ${status}`,
  );
  for (const expected of [
    "alice login oidc 200",
    "alice user.create alice 201",
    "bob identity.link bob 201",
    "bob identity.delete",
    " login oidc 401",
    "late login oidc 401",
  ])
    assert.ok(
      seen.some((entry) => entry.startsWith(expected)),
      `${expected} is not in ${seen.join("\n")}`,
    );
  assert.doesNotMatch(JSON.stringify(records), /code=|state=|eyJ/);
});

test("a provider that does not answer ends on a page", async () => {
  const unused = await startOidcHub({}, { "log-level": "fatal" });
  after(() => unused.stop());
  await unused.provider.stop();
  isProblem(await createWebBrowser().open(loginAddress(unused)), "unreachable", unused);
  await unused.context.accounts.register({ name: "bob", password: PASSWORD });
  const bobs = createWebBrowser();
  await logInByPassword(bobs, unused);
  const refused = await bobs.send(`${unused.url}/api/v1/identities`, { method: "POST" });
  assert.equal(refused.status, 502);
});

test("where no accounts are made, only who is linked comes in; the cookie of an attempt is the host's alone", async () => {
  const closed = await startOidcHub(
    { x: { preferred_username: "x" } },
    { registration: "closed", "log-level": "fatal", "trusted-proxies": "127.0.0.1" },
  );
  after(() => closed.stop());
  isProblem(await closed.logIn(createWebBrowser(), "x"), "closed", closed);
  const secure = await createWebBrowser().send(loginAddress(closed), {
    headers: { "x-forwarded-proto": "https", "x-forwarded-host": "hub.example.com" },
  });
  assert.match(
    secure.headers.get("set-cookie") ?? "",
    /^__Host-imagehub_oidc=[\w.-]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const redirect = new URL(secure.headers.get("location") ?? "").searchParams.get("redirect_uri");
  assert.equal(redirect, "https://hub.example.com/api/v1/oidc/callback");
});

test("a hub without a provider says so", async () => {
  const plain = await startTestHub();
  after(() => plain.stop());
  for (const path of ["login", "callback"]) {
    const answer = await fetch(`${plain.url}/api/v1/oidc/${path}`, { redirect: "manual" });
    assert.equal(answer.status, 404);
    assert.match(((await answer.json()) as Problem).detail ?? "", /--oidc-issuer/);
  }
});

function isProblem({ url }: WebPage, problem: string, at: { url: string } = hub): void {
  assert.deepEqual([url.origin, url.pathname], [at.url, "/login"]);
  assert.equal(url.searchParams.get("problem"), problem);
}

/** The address that the provider sends a browser back to, which it does not open yet. */
async function callbackOf(browser: WebBrowser): Promise<string> {
  const form = await browser.open(loginAddress(hub));
  const asked = await browser.submit(form, { login: "alice", password: "any" });
  const action = /<form[^>]* action="([^"]+)"/.exec(asked.text)?.[1] ?? "";
  let answer = await browser.send(new URL(action, asked.url).href, {
    method: "POST",
    body: new URLSearchParams({ prompt: "consent" }),
  });
  for (;;) {
    const location = new URL(answer.headers.get("location") ?? "", hub.provider.issuer).href;
    if (location.startsWith(hub.url)) return location;
    answer = await browser.send(location);
  }
}

async function logInByPassword(browser: WebBrowser, at: { url: string } = hub): Promise<void> {
  const answer = await post(browser, "/api/v1/session", { name: "bob", password: PASSWORD }, at);
  assert.equal(answer.status, 200);
}

async function link(browser: WebBrowser, login: string): Promise<WebPage> {
  // The provider asks anew who it is.
  const issuer = new URL(hub.provider.issuer);
  browser.cookies.delete(issuer.host);
  const answer = await browser.send(`${hub.url}/api/v1/identities`, { method: "POST" });
  assert.equal(answer.status, 200);
  const { url } = (await answer.json()) as { url: string };
  return hub.answer(browser, await browser.open(url), login);
}

async function identitiesOf(browser: WebBrowser): Promise<IdentityList> {
  return (await (await browser.send(`${hub.url}/api/v1/identities`)).json()) as IdentityList;
}

function remove(browser: WebBrowser, id: string): Promise<Response> {
  return browser.send(`${hub.url}/api/v1/identities/${id}`, { method: "DELETE" });
}

function post(browser: WebBrowser, path: string, body: object, at: { url: string } = hub): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return browser.send(at.url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

function cookiesOf(browser: WebBrowser): string[] {
  return [...(browser.cookies.get(new URL(hub.url).host)?.keys() ?? [])];
}
