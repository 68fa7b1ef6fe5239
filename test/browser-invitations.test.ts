import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { newResource } from "../src/resources/kinds.ts";
import accountEn from "../web/locales/account.en.json" with { type: "json" };
import accountZhCN from "../web/locales/account.zh-CN.json" with { type: "json" };
import { openBrowser } from "./browser.ts";
import { eventually } from "./controllers-hub.ts";
import { buildImage } from "./image-builder.ts";
import { pushImage } from "./registry-client.ts";
import { basic, startTestHub, type TestHub } from "./start-hub.ts";

const PASSWORD = "down the rabbit hole";
const LANGUAGES = [
  { locale: "en-US", organization: "team", texts: accountEn },
  { locale: "zh-CN", organization: "zu", texts: accountZhCN },
];

let hub: TestHub;
let browser: Browser;

before(async () => {
  hub = await startTestHub({ registration: "closed" });
  browser = await openBrowser();
  for (const name of ["olga", "paul"]) await hub.context.accounts.register({ name, password: PASSWORD });
  const members = [{ kind: "User" as const, name: "olga", role: "owner" as const }];
  for (const { organization } of LANGUAGES) {
    await hub.context.store.create(newResource("Organization", organization, { spec: { members } }));
    await eventually(async () => assert.ok(await hub.context.policies.find(organization)));
  }
});

after(async () => {
  await browser.close();
  await hub.stop();
});

for (const { locale, organization, texts } of LANGUAGES) {
  test(`an owner invites, a stranger makes an account by the link, and is a member, in ${locale}`, async () => {
    await using owner = await open(locale, "olga");
    await owner.goto(`${hub.url}/o/${organization}?view=settings`);
    const link = await makeLink(owner, texts);
    await using page = await open(locale);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.url()} ${request.headers()["referer"] ?? ""}`));
    await page.goto(link);
    await page.getByText(texts.role.publisher).waitFor();
    // Out of the address, and so out of the history, and of where a log would have it.
    await page.waitForURL(`${hub.url}/invitations`);
    await page.locator("main").getByRole("link", { name: texts.register.title }).click();
    await page.getByLabel(texts.login.name).fill(`new-in-${organization}`);
    await page.locator('input[name="password"]').fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${hub.url}/o/${organization}`);
    const authorization = basic(`new-in-${organization}`, PASSWORD);
    const repository = `${organization}/by-invited`;
    await pushImage(hub, await buildImage(), { repository, reference: "v1", authorization });
    const secret = link.split("#")[1] ?? "";
    assert.match(secret, /^ihi_/);
    assert.ok(!asked.some((one) => one.replaceAll(/#\S*/g, "").includes(secret)));

    await page.goto(link);
    await page.getByRole("heading", { name: texts.invitation.over }).waitFor();
  });

  test(`who has an account logs in on the way, and joins; the owner revokes what is left, in ${locale}`, async () => {
    await using owner = await open(locale, "olga");
    await owner.goto(`${hub.url}/o/${organization}?view=settings`);
    await owner.locator('select[name="uses"]').selectOption("5");
    const link = await makeLink(owner, texts);
    await using page = await open(locale);
    await page.goto(link);
    await page.locator("main").getByRole("link", { name: texts.login.title }).click();
    await page.getByLabel(texts.login.name).fill("paul");
    await page.locator('input[name="password"]').fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: texts.invitation.join.replace("{{user}}", "paul") }).click();
    await page.waitForURL(`${hub.url}/o/${organization}`);
    const { members } = (await hub.context.store.get("Organization", organization)).spec;
    assert.ok(members?.some(({ name, role }) => name === "paul" && role === "publisher"));

    await owner.getByRole("button", { name: texts.token.kept }).click();
    await owner.locator("main li").getByRole("button", { name: texts.tokens.revoke }).click();
    await owner.getByRole("dialog").getByRole("button", { name: texts.tokens.revoke }).click();
    await owner.locator("main li").waitFor({ state: "detached" });
    assert.deepEqual(await hub.context.invitations.list(organization), []);
  });

  test(`an owner makes a robot, changes and revokes it, in ${locale}`, async () => {
    await using page = await open(locale, "olga");
    await page.goto(`${hub.url}/o/${organization}?view=robots`);
    await page.getByRole("button", { name: texts.robots.make, exact: true }).click();
    await page.getByLabel(texts.robots.name, { exact: true }).fill("ci");
    await page.getByLabel(texts.token.repositories).fill("other/app");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: texts.robots.make, exact: true }).click();
    const patterns = page.locator('textarea[aria-invalid="true"]');
    await patterns.fill(`${organization}/app-*`);
    await page.getByRole("button", { name: texts.robots.make, exact: true }).click();
    await page.getByText(texts.token.once).waitFor();
    const token = (await page.locator("pre").first().innerText()).trim();
    const authorization = basic(`${organization}+ci`, token);
    const image = await buildImage();
    await pushImage(hub, image, { repository: `${organization}/app-1`, reference: "v1", authorization });

    await page.getByRole("button", { name: texts.token.kept }).click();
    const login = `${organization}+ci`;
    await page.getByRole("button", { name: texts.robots.changeName.replace("{{login}}", login) }).click();
    await page.getByText(texts.scope.write, { exact: true }).click();
    await page.getByRole("button", { name: texts.settings.save }).click();
    await page.getByText(new RegExp(`^${texts.scope.read} · ${organization}/app-\\*$`)).waitFor();
    await assert.rejects(
      pushImage(hub, image, { repository: `${organization}/app-2`, reference: "v1", authorization }),
    );

    await page.getByRole("button", { name: texts.robots.revokeName.replace("{{login}}", login) }).click();
    await page.getByRole("dialog").getByRole("button", { name: texts.tokens.revoke }).click();
    await page.getByText(texts.robots.none).waitFor();
    const headers = { authorization };
    assert.equal((await fetch(`${hub.url}/api/v1/me`, { headers })).status, 401);
  });
}

test("who is no owner is shown neither robots nor invitations", async () => {
  await using page = await open("en-US", "paul");
  await page.goto(`${hub.url}/o/team?view=robots`);
  await page.getByRole("heading", { name: "team" }).waitFor();
  await page.goto(`${hub.url}/o/team?view=settings`);
  await page.getByRole("heading", { name: accountEn.settings.shown }).waitFor();
  assert.equal(await page.getByRole("heading", { name: accountEn.invitations.title }).count(), 0);
});

test("an owner hands the organization over and leaves; the last owner is told to do so first", async () => {
  const { leave } = accountEn;
  await using page = await open("en-US", "olga");
  await page.goto(`${hub.url}/o/team?view=settings`);
  await page.getByText(leave.lastOwner).waitFor();
  assert.equal(await page.getByRole("button", { name: leave.title }).isDisabled(), true);
  await page.getByLabel(leave.heir).selectOption("paul");
  await page.getByRole("button", { name: leave.title }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(leave.handOver.replace("{{name}}", "paul")).waitFor();
  await dialog.getByRole("button", { name: leave.title }).click();
  await page.waitForURL(`${hub.url}/account`);
  const { members } = (await hub.context.store.get("Organization", "team")).spec;
  assert.deepEqual(
    members?.filter(({ name }) => name === "olga" || name === "paul"),
    [{ kind: "User", name: "paul", role: "owner" }],
  );
});

async function makeLink(page: Page, texts: typeof accountEn | typeof accountZhCN): Promise<string> {
  await page.getByRole("button", { name: texts.invitations.make }).click();
  await page.getByText(texts.invitations.once).waitFor();
  return (await page.getByLabel(texts.invitations.link).innerText()).trim();
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
