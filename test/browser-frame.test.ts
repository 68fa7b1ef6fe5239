import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import account from "../web/locales/account.en.json" with { type: "json" };
import en from "../web/locales/en.json" with { type: "json" };
import { openBrowser } from "./browser.ts";
import { buildImage } from "./image-builder.ts";
import { pushImage } from "./registry-client.ts";
import { ADMIN_PASSWORD, startTestHub, type TestHub } from "./start-hub.ts";

/** A site that shows a page of the hub in a frame, as the desktop of a sealos cluster does. */
interface Desktop {
  server: Server;
  origin: string;
}

let named: Desktop;
let stranger: Desktop;
let hub: TestHub;
/** The hub by TLS, under another host than the desktops: another site for browsers. */
let hubUrl: string;
let browser: Browser;

before(async () => {
  [named, stranger] = await Promise.all([startDesktop(), startDesktop()]);
  hub = await startTestHub({ "listen-tls": "127.0.0.1:0", "frame-ancestors": named.origin });
  hubUrl = `https://localhost:${new URL(hub.tlsUrl ?? "").port}`;
  browser = await openBrowser();
  const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
  await pushImage(hub, image, { repository: "labring/hello", reference: "v1" });
});

after(async () => {
  await browser.close();
  for (const { server } of [named, stranger]) server.closeAllConnections();
  await Promise.all([named, stranger].map(async ({ server }) => server.close()));
  await hub.stop();
});

test("in the frame of a named site a user logs in, gives a star, and is logged in there alone", async () => {
  await using page = await open();
  await page.goto(`${named.origin}/?show=${encodeURIComponent(`${hubUrl}/login?next=/r/labring/hello`)}`);
  const frame = page.frameLocator("iframe");
  await frame.getByLabel(account.login.name).fill("admin");
  await frame.locator('input[name="password"]').fill(ADMIN_PASSWORD);
  await frame.getByRole("button", { name: account.login.submit }).click();
  await frame.getByRole("heading", { name: "labring/hello" }).waitFor();
  const stars = page.waitForResponse((response) => response.url().includes("/api/v1/stars/"));
  await frame.locator("main").getByRole("button", { name: en.star.give }).click();
  assert.equal((await stars).status(), 204);

  await page.goto(`${named.origin}/?show=${encodeURIComponent(`${hubUrl}/r/labring/hello`)}`);
  await frame.locator('main button[aria-pressed="true"]').waitFor();
  await page.goto(`${hubUrl}/r/labring/hello`);
  await page.locator("main").getByRole("link", { name: en.star.give }).waitFor();
});

test("no other site gets a page of the hub into a frame", async () => {
  await using page = await open();
  const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
  await page.goto(`${stranger.origin}/?show=${encodeURIComponent(`${hubUrl}/`)}`);
  await refused;
  assert.equal(await page.frameLocator("iframe").locator("#root").count(), 0);
});

test("a named site's own scripts get nothing of the hub, neither with nor without its user's cookie", async () => {
  await using page = await open();
  await page.goto(`${named.origin}/?show=${encodeURIComponent(`${hubUrl}/`)}`);
  await page.frameLocator("iframe").getByRole("searchbox").first().waitFor();
  const ask = `fetch("${hubUrl}/api/v1/me", { credentials: "include" }).then(() => "read", () => "refused")`;
  const outcome = [
    await page.evaluate(ask),
    await page.evaluate(`document.querySelector("iframe").contentDocument`),
  ];
  assert.deepEqual(outcome, ["refused", null]);
});

async function startDesktop(): Promise<Desktop> {
  const server = createServer((request, response) => {
    const show = new URL(request.url ?? "/", "http://here.invalid").searchParams.get("show") ?? "";
    response.setHeader("content-type", "text/html");
    response.end(
      `<!doctype html><title>Desktop</title><iframe src="${show.replaceAll('"', "")}" width="1000" height="700"></iframe>`,
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function open(): Promise<Page & AsyncDisposable> {
  const context: BrowserContext = await browser.newContext({ locale: "en-US", ignoreHTTPSErrors: true });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}
