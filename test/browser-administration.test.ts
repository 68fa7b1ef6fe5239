import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { AuditEntry } from "../src/api/contract/audit.ts";
import { newResource } from "../src/resources/kinds.ts";
import accountEn from "../web/locales/account.en.json" with { type: "json" };
import accountZhCN from "../web/locales/account.zh-CN.json" with { type: "json" };
import en from "../web/locales/en.json" with { type: "json" };
import zhCN from "../web/locales/zh-CN.json" with { type: "json" };
import { openBrowser } from "./browser.ts";
import { eventually } from "./controllers-hub.ts";
import { basic, startTestHub, type TestHub } from "./start-hub.ts";

const PASSWORD = "down the rabbit hole";
const LANGUAGES = [
  { locale: "en-US", suffix: "en", texts: { ...accountEn, session: en.session } },
  { locale: "zh-CN", suffix: "zh", texts: { ...accountZhCN, session: zhCN.session } },
];

let hub: TestHub;
let browser: Browser;

before(async () => {
  hub = await startTestHub({ registration: "closed" });
  browser = await openBrowser();
  await hub.context.accounts.register({ name: "heir", password: PASSWORD });
});

after(async () => {
  await browser.close();
  await hub.stop();
});

for (const { locale, suffix, texts } of LANGUAGES) {
  test(`an administrator makes an account, which is found, kept out, let in and deleted, in ${locale}`, async () => {
    const name = `alice-${suffix}`;
    await using page = await open(locale, "admin");
    await page.goto(hub.url);
    await page.getByRole("button", { name: texts.session.menu.replace("{{name}}", "admin") }).click();
    await page.getByRole("menuitem", { name: texts.session.administration }).click();
    await page.getByRole("button", { name: texts.users.make }).click();
    await page.getByLabel(texts.login.name).fill(name);
    await page.keyboard.press("Enter");
    const link = (await page.locator("pre").innerText()).trim();
    await setPassword(locale, link, texts);
    assert.equal(await logIn(name), 200);

    await page.getByRole("button", { name: texts.token.kept }).click();
    await page.getByLabel(texts.users.find).fill(name.toUpperCase());
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=ALICE/);
    // A row of the list before would go under the click.
    await page
      .getByRole("button", { name: fill(texts.users.disableName, "heir") })
      .waitFor({ state: "detached" });
    await page.getByRole("button", { name: fill(texts.users.disableName, name) }).click();
    await page.getByText(texts.users.disabled, { exact: true }).waitFor();
    assert.equal(await logIn(name), 401);
    await page.getByRole("button", { name: fill(texts.users.enableName, name) }).click();
    await page.getByRole("button", { name: fill(texts.users.disableName, name) }).waitFor();
    assert.equal(await logIn(name), 200);

    await makeOrganization(`club-${suffix}`, name);
    await page.getByRole("button", { name: fill(texts.deletion.actionName, name) }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(`club-${suffix} (`).waitFor();
    await dialog.locator('select[name="fate"]').selectOption("transfer");
    await dialog.locator('input[name="to"]').fill("nobody");
    await dialog.locator('input[name="typed"]').fill(name);
    const button = dialog.getByRole("button", { name: texts.deletion.action });
    await button.click();
    await dialog.locator('input[name="to"][aria-invalid="true"]').fill("heir");
    await button.click();
    await page.getByText(texts.users.none).waitFor();
    assert.equal(await hub.context.accounts.exists(name), false);
    const { members } = (await hub.context.store.get("Organization", `club-${suffix}`)).spec;
    assert.deepEqual(members, [{ kind: "User", name: "heir", role: "owner" }]);
  });

  test(`who did what is filtered and exported, in ${locale}`, async () => {
    await using page = await open(locale, "admin");
    await logIn("heir", "wrong");
    await page.goto(`${hub.url}/administration?view=audit`);
    await page.locator('input[name="action"]').fill("login");
    await page.locator('select[name="outcome"]').selectOption("denied");
    await page.locator('select[name="span"]').selectOption("1");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: texts.audit.show }).click();
    await page.waitForURL(/action=login&outcome=denied&span=1/);
    await page.getByRole("cell", { name: "heir", exact: true }).first().waitFor();
    assert.equal(await page.getByRole("cell", { name: texts.outcome.success }).count(), 0);
    await page.locator('a[aria-current="page"]').getByText(texts.administration.audit).waitFor();
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: texts.audit.export }).click();
    const lines = (await readFile(await (await downloading).path(), "utf8")).trimEnd().split("\n");
    const entries = lines.map((line) => JSON.parse(line) as AuditEntry);
    assert.ok(entries.some(({ actor }) => actor === "heir"));
    assert.ok(entries.every(({ action, outcome }) => action === "login" && outcome === "denied"));
  });

  test(`a user deletes the own account, with the password and the name, in ${locale}`, async () => {
    const name = `bob-${suffix}`;
    await hub.context.accounts.register({ name, password: PASSWORD });
    await using page = await open(locale, name);
    await page.goto(`${hub.url}/account?view=settings`);
    await page.getByRole("button", { name: texts.deletion.action }).click();
    const panel = page.locator("section").filter({ hasText: texts.deletion.ownText });
    await panel.locator('input[name="password"]').fill("wrong");
    await page.keyboard.press("Enter");
    await panel.locator('input[name="password"][aria-invalid="true"]').fill(PASSWORD);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText(`${name} (`).waitFor();
    await dialog.locator('select[name="fate"]').selectOption("delete");
    const button = dialog.getByRole("button", { name: texts.deletion.action });
    assert.equal(await button.isDisabled(), true);
    await dialog.locator('input[name="typed"]').fill(name);
    await button.click();
    await page.waitForURL(`${hub.url}/`);
    await page.getByRole("link", { name: texts.session.logIn }).waitFor();
    assert.equal(await hub.context.accounts.exists(name), false);
  });
}

test("who is no administrator is told so, and who is nobody logs in first", async () => {
  await using page = await open("en-US", "heir");
  await page.goto(`${hub.url}/administration`);
  await page.getByText(accountEn.administration.denied).waitFor();
  await using stranger = await open("en-US");
  for (const path of ["/administration?view=audit", "/account?view=tokens", "/new-organization"]) {
    await stranger.goto(hub.url + path);
    await stranger.waitForURL(`${hub.url}/login?next=${encodeURIComponent(path)}`);
    await stranger.getByLabel(accountEn.login.name).waitFor();
  }
});

async function setPassword(locale: string, link: string, texts: { reset: { done: string } }): Promise<void> {
  await using page = await open(locale);
  await page.goto(link);
  await page.locator('input[name="password"]').fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText(texts.reset.done).waitFor();
}

async function logIn(name: string, password = PASSWORD): Promise<number> {
  const headers = { authorization: basic(name, password) };
  return (await fetch(`${hub.url}/api/v1/me`, { headers })).status;
}

async function makeOrganization(name: string, owner: string): Promise<void> {
  const members = [{ kind: "User" as const, name: owner, role: "owner" as const }];
  await hub.context.store.create(newResource("Organization", name, { spec: { members } }));
  await eventually(async () => assert.ok(await hub.context.policies.find(name)));
}

function fill(text: string, name: string): string {
  return text.replace("{{name}}", name);
}

/** A browser of its own. @param user who is logged in */
async function open(locale: string, user?: string): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ locale });
  if (user !== undefined) {
    const value = await hub.context.sessions.start(user);
    await context.addCookies([{ name: "imagehub_session", value, url: hub.url }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}
