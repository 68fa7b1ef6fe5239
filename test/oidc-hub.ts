import type { Me } from "../src/api/contract/me.ts";
import { freePort } from "./free-port.ts";
import { CLIENT, startOidcProvider, type People, type TestProvider } from "./oidc-provider.ts";
import { startTestHub, type TestHub } from "./start-hub.ts";
import { createWebBrowser, type WebBrowser, type WebPage } from "./web-browser.ts";

export interface OidcHub extends TestHub {
  provider: TestProvider;
  /** Logs in on the provider's pages, as somebody does. @returns the page that the browser ends on */
  logIn(browser: WebBrowser, login: string, next?: string): Promise<WebPage>;
  /** Goes on from the provider's log-in form, wherever a browser came to it from. */
  answer(browser: WebBrowser, form: WebPage, login: string): Promise<WebPage>;
}

/** A hub and a provider that know each other. */
export async function startOidcHub(
  people: People,
  flags: Record<string, string> = {},
  options: Partial<Parameters<typeof startOidcProvider>[0]> = {},
): Promise<OidcHub> {
  const port = await freePort();
  const redirectUris = [`http://127.0.0.1:${port}/api/v1/oidc/callback`];
  const provider = await startOidcProvider({ people, redirectUris, ...options });
  const settings = { "oidc-issuer": provider.issuer, "oidc-client-id": CLIENT.id, "oidc-name": "Example ID" };
  const secret = options.authMethod === "none" ? "" : CLIENT.secret;
  const hub = await startTestHub(
    { listen: `127.0.0.1:${port}`, ...settings, ...flags },
    { IMAGEHUB_OIDC_CLIENT_SECRET: secret },
  );

  async function answer(browser: WebBrowser, form: WebPage, login: string): Promise<WebPage> {
    // Who has said yes before is not asked again.
    const page = form.text.includes('name="login"')
      ? await browser.submit(form, { login, password: "any" })
      : form;
    return page.url.href.startsWith(provider.issuer) ? browser.submit(page, {}) : page;
  }

  return {
    ...hub,
    provider,
    answer,
    async logIn(browser, login, next = "/") {
      return answer(browser, await browser.open(loginAddress(hub, next)), login);
    },
    async stop() {
      await Promise.all([hub.stop(), provider.stop()]);
    },
  };
}

/** Where the button of the log-in page leads. */
export function loginAddress(hub: { url: string }, next = "/"): string {
  return `${hub.url}/api/v1/oidc/login?${new URLSearchParams({ next })}`;
}

/** Who a browser is logged in as; the name is empty for nobody. */
export async function meOf(hub: { url: string }, browser: WebBrowser = createWebBrowser()): Promise<Me> {
  return (await (await browser.send(`${hub.url}/api/v1/me`)).json()) as Me;
}
