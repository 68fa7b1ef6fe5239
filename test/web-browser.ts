/** What a browser does of HTTP: it keeps cookies by host, follows redirects, and sends the forms of pages. */
export interface WebBrowser {
  /** @returns the page that a chain of redirects ends on */
  open(address: string, init?: RequestInit): Promise<WebPage>;
  /** Sends the page's one form, with these fields filled in. */
  submit(page: WebPage, fields: Record<string, string>): Promise<WebPage>;
  /** One request, without following. */
  send(address: string, init?: RequestInit): Promise<Response>;
  cookies: Map<string, Map<string, string>>;
}

export interface WebPage {
  url: URL;
  status: number;
  text: string;
}

/** More than any login has. */
const MAX_REDIRECTS = 20;

export function createWebBrowser(): WebBrowser {
  const cookies = new Map<string, Map<string, string>>();

  async function send(address: string, init: RequestInit = {}): Promise<Response> {
    const { host } = new URL(address);
    const jar = cookies.get(host) ?? new Map<string, string>();
    cookies.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = new Headers(init.headers);
    if (cookie !== "") headers.set("cookie", cookie);
    const response = await fetch(address, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    return response;
  }

  async function open(address: string, init: RequestInit = {}): Promise<WebPage> {
    let url = new URL(address);
    let response = await send(url.href, init);
    for (let redirects = 0; redirects < MAX_REDIRECTS; redirects += 1) {
      const location = response.headers.get("location");
      if (location === null) return { url, status: response.status, text: await response.text() };
      await response.body?.cancel();
      url = new URL(location, url);
      response = await send(url.href);
    }
    throw new Error(`Cannot open ${address}: it redirects more than ${MAX_REDIRECTS} times`);
  }

  return {
    send,
    open,
    cookies,
    submit(page, fields) {
      const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1] ?? "";
      const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const body = new URLSearchParams([
        ...hidden.map(([, name = "", value = ""]) => [name, value]),
        ...Object.entries(fields),
      ]);
      return open(new URL(action, page.url).href, { method: "POST", body });
    },
  };
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";");
  const name = pair.slice(0, pair.indexOf("=")).trim();
  const isOver = attributes.some((attribute) =>
    /^\s*(?:max-age=0|expires=Thu, 01 Jan 1970)/i.test(attribute),
  );
  if (isOver) jar.delete(name);
  else jar.set(name, pair.slice(pair.indexOf("=") + 1));
}
