import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import en from "../web/locales/account.en.json" with { type: "json" };
import zhCN from "../web/locales/account.zh-CN.json" with { type: "json" };
import { newResource } from "../src/resources/kinds.ts";
import type { Member } from "../src/resources/organization.ts";
import { openBrowser } from "./browser.ts";
import { startOidcHub, type OidcHub } from "./oidc-hub.ts";

const PASSWORD = "down the rabbit hole";
let hub: OidcHub;
let browser: Browser;

before(async () => {
  const people = {
    alice: { preferred_username: "alice" },
    mallory: { preferred_username: "bob" },
    robert: { preferred_username: "bob" },
  };
  hub = await startOidcHub(people, { "log-level": "fatal" });
  await hub.context.accounts.register({ name: "bob", password: PASSWORD });
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await hub.stop();
});

test("a reader logs in by the provider, comes back to the page, and finds no link to end", async () => {
  await using page = await open("en-US");
  await page.goto(`${hub.url}/login?next=${encodeURIComponent("/push")}`);
  await page.getByRole("link", { name: en.login.by.replace("{{name}}", "Example ID") }).click();
  await logInAtProvider(page, "alice");
  await page.waitForURL(`${hub.url}/push`);
  await page.goto(`${hub.url}/account?view=settings`);
  await page.getByText(filled(en.identity.noPassword)).waitFor();
  const end = page.getByRole("button", { name: en.identity.end });
  assert.equal(await end.isDisabled(), true);
  await page.getByText(en.identity.last).waitFor();
});

test("an owner takes a group of the provider into the organization", async () => {
  const members: Member[] = [{ kind: "User", name: "alice", role: "owner" }];
  await hub.context.store.create(newResource("Organization", "team", { spec: { members } }));
  await hub.context.controllers.idle();
  await using page = await open("en-US");
  await page.goto(`${hub.url}/login?next=${encodeURIComponent("/o/team?view=members")}`);
  await page.getByRole("link", { name: filled(en.login.by) }).click();
  await logInAtProvider(page, "alice");
  await page.getByLabel(en.members.kind, { exact: true }).selectOption("Group");
  await page.getByText(filled(en.members.groupMeaning)).waitFor();
  await page.getByRole("button", { name: en.members.add }).click();
  await page.getByText(en.members.noGroup).waitFor();
  await page.getByLabel(en.members.nameOf.Group).fill("/platform/devs");
  await page.getByRole("button", { name: en.members.add }).click();
  await page.getByLabel(en.members.roleOf.replace("{{name}}", "/platform/devs")).waitFor();
  assert.deepEqual((await hub.context.store.get("Organization", "team")).spec.members, [
    ...members,
    { kind: "Group", name: "/platform/devs", role: "publisher" },
  ]);
});

for (const [locale, texts, login] of [
  ["en-US", en, "mallory"],
  ["zh-CN", zhCN, "robert"],
] as const) {
  test(`whose name is taken is told what to do, links the account, and ends the link, in ${locale}`, async () => {
    await using page = await open(locale);
    await page.goto(`${hub.url}/login`);
    await page.getByRole("link", { name: filled(texts.login.by) }).click();
    await logInAtProvider(page, login);
    const told = filled(texts.loginProblem["name-taken"]).replace("{{user}}", "bob");
    await page.getByRole("alert").getByText(told).waitFor();

    await page.getByLabel(texts.login.name).fill("bob");
    await page.locator('input[name="password"]').fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${hub.url}/`);
    await page.goto(`${hub.url}/account?view=settings`);
    await page.getByRole("button", { name: filled(texts.identity.link) }).click();
    // The provider knows this browser, and asks nothing more.
    await page.getByText(filled(texts.identity.linked).replace("{{shownAs}}", "bob")).waitFor();
    await page.getByRole("button", { name: texts.identity.end }).click();
    await page.getByRole("dialog").getByRole("button", { name: texts.identity.end }).click();
    await page.getByText(filled(texts.identity.none)).waitFor();
  });
}

test("a problem that nobody knows, and words that somebody put into a link, are not shown", async () => {
  await using page = await open("en-US");
  await page.goto(`${hub.url}/login?problem=no-such&user=${encodeURIComponent("<b>call 555</b>")}`);
  await page.getByRole("alert").getByText(en.loginProblem.failed).waitFor();
  assert.equal(await page.getByText("555").count(), 0);
});

/** On the provider's own pages. */
async function logInAtProvider(page: Page, login: string): Promise<void> {
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill("any");
  await page.locator('button[type="submit"]').click();
  await page.getByRole("button", { name: "Continue" }).click();
}

function filled(text: string): string {
  return text.replaceAll("{{name}}", "Example ID");
}

async function open(locale: string): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}
