import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import accountEn from "../web/locales/account.en.json" with { type: "json" };
import accountZhCN from "../web/locales/account.zh-CN.json" with { type: "json" };
import en from "../web/locales/en.json" with { type: "json" };
import zhCN from "../web/locales/zh-CN.json" with { type: "json" };
import { openBrowser } from "./browser.ts";
import { eventually } from "./controllers-hub.ts";
import { buildImage } from "./image-builder.ts";
import { makePrivate } from "./make-private.ts";
import { pushImage } from "./registry-client.ts";
import { basic, startTestHub, type TestHub } from "./start-hub.ts";

const PASSWORD = "down the rabbit hole";
const LANGUAGES = [
  { locale: "en-US", user: "alice", texts: { ...en, account: accountEn } },
  { locale: "zh-CN", user: "bob", texts: { ...zhCN, account: accountZhCN } },
];

let hub: TestHub;
let browser: Browser;

before(async () => {
  hub = await startTestHub();
  browser = await openBrowser();
  const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
  await pushImage(hub, image, { repository: "labring/hello", reference: "v1" });
  await pushImage(hub, image, { repository: "labring/secret", reference: "v1" });
  await makePrivate(hub, "labring/secret");
});

after(async () => {
  await browser.close();
  await hub.stop();
});

test("a link to the log-in page does not lead to another site", async () => {
  await using page = await open("en-US");
  await page.goto(`${hub.url}/login?next=${encodeURIComponent(String.raw`/\evil.example/`)}`);
  await page.getByLabel(accountEn.login.name).fill("admin");
  await page.locator('input[name="password"]').fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText(accountEn.login.wrong).waitFor();
  await page.locator('input[name="password"]').fill("correct horse battery");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${hub.url}/`);
  await page.goto(`${hub.url}/r/labring/secret`);
  await page.getByRole("img", { name: en.repository.private }).waitFor();
});

for (const { locale, user, texts } of LANGUAGES) {
  const { account } = texts;
  test(`a stranger registers, gives a star, and pushes with a token, in ${locale}`, async () => {
    await using page = await open(locale);
    await page.goto(`${hub.url}/r/labring/secret`);
    await page.getByRole("heading", { name: "labring/secret" }).waitFor();
    await page.goto(`${hub.url}/r/labring/hello`);
    await page.locator("main").getByRole("link", { name: texts.star.give }).click();
    await page.getByRole("link", { name: account.login.register }).click();
    await page.getByRole("heading", { name: account.register.title }).waitFor();
    await page.getByLabel(account.login.name).fill(user);
    await page.locator('input[name="password"]').fill("short");
    await page.keyboard.press("Enter");
    const field = page.locator('input[name="password"][aria-invalid="true"]');
    await field.waitFor();
    await field.fill(PASSWORD);
    await page.keyboard.press("Enter");

    // Back where the star was to be given.
    await page.locator("main").getByRole("button", { name: texts.star.give }).click();
    await page.locator('main button[aria-pressed="true"]').waitFor();
    await eventually(async () => assert.deepEqual(await starsOf(user), ["labring/hello"]));

    await page.goto(`${hub.url}/account?view=tokens`);
    await page.getByRole("button", { name: account.token.make, exact: true }).click();
    await page.getByLabel(account.token.name).fill("ci");
    await page.getByText(account.scope.write, { exact: true }).click();
    await page.getByLabel(account.token.repositories).fill(`${user}/*`);
    await page.getByRole("button", { name: account.token.make, exact: true }).click();
    await page.getByText(account.token.once).waitFor();
    const token = (await page.locator("pre").first().innerText()).trim();
    const image = await buildImage();
    const authorization = basic(user, token);
    await pushImage(hub, image, { repository: `${user}/app`, reference: "v1", authorization });

    await page.getByRole("button", { name: account.token.kept }).click();
    await page.getByRole("button", { name: account.tokens.revoke }).click();
    await page.getByRole("dialog").getByRole("button", { name: account.tokens.revoke }).click();
    await page.getByText(account.tokens.none).waitFor();
    await assert.rejects(
      pushImage(hub, image, { repository: `${user}/app`, reference: "v2", authorization }),
    );
  });
}

async function starsOf(user: string): Promise<unknown> {
  const authorization = basic(user, PASSWORD);
  const response = await fetch(`${hub.url}/api/v1/stars`, { headers: { authorization } });
  return ((await response.json()) as { items: string[] }).items;
}

async function open(locale: string): Promise<Page & AsyncDisposable> {
  const context: BrowserContext = await browser.newContext({ locale });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}
