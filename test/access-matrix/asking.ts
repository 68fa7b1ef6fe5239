import { bearer } from "../registry-client.ts";
import type { HubAddress } from "../registry-client.ts";
import { WATCH } from "./kind-rows.ts";
import type { Caller, Row, Sent } from "./row.ts";

/** How a caller shows who it is. */
export type By = "password" | "registry token";

export interface Answer {
  status: number;
  /** Body, and the headers that tell something. */
  text: string;
}

/** Asks a hub as the callers of the matrix do. */
export function createAsking(hub: HubAddress) {
  const registryTokens = new Map<string, Promise<string>>();

  function registryToken(scope: string, { name, credentials }: Caller): Promise<string> {
    const key = `${name} ${scope}`;
    const token = registryTokens.get(key) ?? bearer(hub, [scope], credentials);
    registryTokens.set(key, token);
    return token;
  }

  async function askAs(
    row: Row,
    { caller, by, repository }: { caller: Caller; by: By; repository: string },
  ): Promise<Answer> {
    const sent = await row.ask(repository, caller);
    const method = row.route.split(" ")[0] ?? "";
    // Who gets no registry token sends the password.
    const hasToken = by === "registry token" && caller.subject !== undefined;
    const scope = row.route.endsWith("catalog") ? "registry:catalog:*" : `repository:${repository}:*`;
    const authorization = hasToken ? await registryToken(scope, caller) : caller.credentials;
    return send(authorization, { method, ...sent });
  }

  async function send(
    authorization: string | undefined,
    { method = "GET", path, headers = {}, body }: Sent & { method?: string },
  ): Promise<Answer> {
    const stopping = new AbortController();
    const response = await fetch(hub.url + path, {
      method,
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
      ...(body !== undefined && { body }),
      signal: stopping.signal,
    });
    const shown = ["www-authenticate", "content-type", "link"].map((name) => response.headers.get(name));
    const isWatch = path.includes(WATCH) && response.status === 200;
    const text = isWatch ? await readToBookmark(response) : await response.text();
    stopping.abort();
    return { status: response.status, text: [...shown, text].join("\n") };
  }

  return { askAs, send };
}

export type Send = ReturnType<typeof createAsking>["send"];

/** All that a watch tells before the bookmark that ends what was there. */
async function readToBookmark(response: Response): Promise<string> {
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes("k8s.io/initial-events-end")) return text;
  }
  throw new Error(`Cannot find the bookmark: the watch ended after ${text}`);
}

/** Without what is another in each answer. */
export function anonymized(text: string, repository: string): string {
  return text
    .replaceAll(repository, "NAME")
    .replaceAll(repository.replace("/", "."), "NAME")
    .replaceAll(encodeURIComponent(repository), "NAME")
    .replaceAll(/deletion \d+/g, "ID")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
    .replaceAll(/"(?:token|access_token|issued_at)":"[^"]+"/g, "TOKEN");
}
