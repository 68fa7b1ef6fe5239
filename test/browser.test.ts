import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { buildImage } from "./image-builder.ts";
import { pushImage } from "./registry-client.ts";
import { startTestHub, type TestHub } from "./start-hub.ts";

const README = `---
description: Says hello
keywords: [greeting, demo]
url: example.com
---
# Hello page

A **bold** word, a [link](https://example.com) and a table:

| a | b |
|---|---|
| 1 | 2 |

\`\`\`sh
echo hello
\`\`\`

<script>window.attacked = true</script>
<img src="x" onerror="window.attacked = true">
<a href="javascript:window.attacked = true">do not</a>
<style>body { display: none }</style>
`;

let hub: TestHub;
let browser: Browser;

before(async () => {
  hub = await startTestHub();
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await hub.stop();
});

test("an empty hub shows how to push, with this hub's address", async () => {
  await using page = await open({ locale: "en-US" });
  await page.goto(hub.url);
  await page.getByRole("heading", { name: "Push the first image" }).waitFor();
  assert.ok((await page.locator("main").innerText()).includes(new URL(hub.url).host));
  page.assertCalm();
});

test("a pushed image is found and read in English and in Chinese, and does nothing but be read", async () => {
  const image = await buildImage({ layers: [{ files: { "README.md": README } }] });
  await pushImage(hub, image, { repository: "labring/hello", reference: "v1" });
  await hub.context.controllers.idle();
  for (const { locale, description } of [
    { locale: "en-US", description: "Search images" },
    { locale: "zh-CN", description: "搜索镜像" },
  ]) {
    await using page = await open({ locale });
    await page.goto(hub.url);
    assert.equal(await page.locator("html").getAttribute("lang"), locale.startsWith("zh") ? "zh-CN" : "en");
    const search = page
      .getByRole("searchbox", { name: description })
      .or(page.getByLabel(description))
      .first();
    await search.fill("greeting");
    await search.press("Enter");
    await page.locator('main a[href="/r/labring/hello"]').first().click();
    await page.getByRole("heading", { name: "Hello page" }).waitFor();
    const text = await page.locator("main").innerText();
    assert.match(text, /Says hello/);
    const { host } = new URL(hub.url);
    for (const command of [
      `docker pull ${host}/labring/hello:v1`,
      `podman pull --tls-verify=false ${host}/labring/hello:v1`,
    ]) {
      assert.ok(text.includes(command), `the page shows ${command}:\n${text}`);
    }
    assert.equal(await page.evaluate("window.attacked"), undefined);
    assert.equal(await page.locator('main a[href^="javascript"], main script, main style').count(), 0);
    page.assertCalm({ exceptPath: /\/x$/ });
  }
});

test("an address that is no page says so and leads back", async () => {
  await using page = await open({ locale: "en-US" });
  await page.goto(`${hub.url}/r/no/such`);
  await page.getByRole("heading", { name: /No repository/ }).waitFor();
  await page.getByRole("link", { name: "ImageHub" }).first().click();
  await page.waitForURL(`${hub.url}/`);
});

test("at 360 pixels nothing is wider than the page", async () => {
  await using page = await open({ locale: "en-US", width: 360 });
  for (const path of ["/", "/search?q=hello", "/r/labring/hello"]) {
    await page.goto(hub.url + path);
    await page.getByText("hello").first().waitFor();
    const overflow = await page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    assert.equal(overflow, 0, path);
  }
});

type CalmPage = Page & {
  /** Nothing was asked of another host, no script failed, no policy was broken. */
  assertCalm(options?: { exceptPath: RegExp }): void;
} & AsyncDisposable;

async function open({ locale, width = 1280 }: { locale: string; width?: number }): Promise<CalmPage> {
  const context: BrowserContext = await browser.newContext({ locale, viewport: { width, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const problems: string[] = [];
  const { host } = new URL(hub.url);
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.host !== host) problems.push(`asked ${url.href}`);
  });
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} ${message.location().url}`);
  });
  return Object.assign(page, {
    assertCalm({ exceptPath }: { exceptPath?: RegExp } = {}) {
      assert.deepEqual(
        problems.filter((problem) => !exceptPath?.test(problem)),
        [],
      );
    },
    [Symbol.asyncDispose]: () => context.close(),
  });
}
