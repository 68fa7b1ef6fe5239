import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { PasswordReset } from "../src/api/contract/password-reset.ts";
import accountEn from "../web/locales/account.en.json" with { type: "json" };
import accountZhCN from "../web/locales/account.zh-CN.json" with { type: "json" };
import { openBrowser } from "./browser.ts";
import { basic, startTestHub, type TestHub } from "./start-hub.ts";

const NEW_PASSWORD = "a new password";

let hub: TestHub;
let browser: Browser;

before(async () => {
  hub = await startTestHub({ registration: "closed" });
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await hub.stop();
});

for (const { locale, user, texts } of [
  { locale: "en-US", user: "alice", texts: accountEn },
  { locale: "zh-CN", user: "bob", texts: accountZhCN },
]) {
  test(`a link that an administrator made sets a new password, once, in ${locale}`, async () => {
    await hub.context.accounts.register({ name: user, password: "forgotten by now" });
    const url = await makeLink(user);
    await using page = await open(locale);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(url);
    await page.getByRole("heading", { name: texts.reset.title }).waitFor();
    const field = page.locator('input[name="password"]');
    await field.fill("short");
    await page.keyboard.press("Enter");
    await page.locator('input[name="password"][aria-invalid="true"]').waitFor();
    await field.fill(NEW_PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByText(texts.reset.done).waitFor();
    assert.equal(page.url(), `${hub.url}/password-reset`);
    const code = url.split("#")[1] ?? "";
    assert.ok(!asked.some((address) => new URL(address).href.replace(/#.*/, "").includes(code)));

    await page.locator("main").getByRole("link", { name: texts.login.submit }).click();
    await page.getByLabel(texts.login.name).fill(user);
    await page.locator('input[name="password"]').fill(NEW_PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${hub.url}/`);

    await page.goto(url);
    await page.locator('input[name="password"]').fill("yet another password");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText(texts.reset.over).waitFor();
    const authorization = basic(user, NEW_PASSWORD);
    assert.equal((await fetch(`${hub.url}/api/v1/me`, { headers: { authorization } })).status, 200);
  });
}

test("the page without a code says that the link is not whole", async () => {
  await using page = await open("en-US");
  await page.goto(`${hub.url}/password-reset`);
  await page.getByRole("heading", { name: accountEn.reset.noCode }).waitFor();
});

async function makeLink(user: string): Promise<string> {
  const response = await fetch(`${hub.url}/api/v1/users/${user}/password-reset`, {
    method: "POST",
    headers: { authorization: hub.admin },
  });
  return ((await response.json()) as PasswordReset).url;
}

async function open(locale: string): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}
