import { text } from "node:stream/consumers";
import type { Problem } from "../api/contract/problem.ts";
import { CommandError } from "./errors.ts";
import { findLocalHub, readOperatorToken } from "./local-hub.ts";
import { readSavedLogin, type SavedLogin } from "./saved-login.ts";

/** Flags by which a command finds the hub and logs in. */
export interface HubFlags {
  hub?: string;
  data?: string;
  user?: string;
  passwordStdin?: boolean;
}

/** A hub, called over its HTTP APIs as somebody. */
export interface HubClient {
  url: string;
  /**
   * @param contentType of the body; default application/json
   * @returns the answer's JSON, or the text of another one; undefined for 204
   * @throws CommandError
   */
  request<Answer>(method: string, path: string, body?: object, contentType?: string): Promise<Answer>;
  /** A long answer, as it comes. @throws CommandError */
  stream(path: string): AsyncIterable<Uint8Array>;
}

/** The APIs answer at once, or say that they began something; a hub that does not is not well. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Finds the hub, by `--hub`, in the data folder of this machine that is named, by the last login, or in `./data`, and
 * the credentials.
 * @throws CommandError
 */
export async function connectToHub(
  flags: HubFlags,
  environment: NodeJS.ProcessEnv = process.env,
  login: SavedLogin | undefined = readSavedLogin(),
): Promise<HubClient> {
  const named = flags.hub ?? nonEmpty(environment["IMAGEHUB_HUB"]);
  const folder = flags.data ?? nonEmpty(environment["IMAGEHUB_DATA"]);
  const { url, token } = named === undefined ? hubOf(folder, login) : hubAt(parseHubUrl(named), login);
  const authorization = (await readCredentials(flags, environment)) ?? (token && `Bearer ${token()}`);
  return {
    url,
    async request<Answer>(method: string, path: string, body?: object, contentType = "application/json") {
      const response = await send(url, path, {
        method,
        headers: {
          ...(authorization !== undefined && { authorization }),
          ...(body && { "content-type": contentType }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      const answer = await readAnswer(response);
      if (!response.ok) throw explain(url, response.status, answer as Refusal | undefined);
      return answer as Answer;
    },
    async *stream(path) {
      const headers = authorization === undefined ? {} : { authorization };
      const response = await send(url, path, { headers });
      if (!response.ok) {
        throw explain(url, response.status, (await readAnswer(response)) as Refusal | undefined);
      }
      try {
        for await (const chunk of response.body ?? []) yield chunk;
      } catch (error) {
        throw new CommandError(`The hub at ${url} broke off: what was printed is not all`, { cause: error });
      }
    },
  };
}

/** A hub, and the token that goes to it and nowhere else: read only when nothing else is given. */
interface FoundHub {
  url: string;
  token?: (() => string) | undefined;
}

function hubOf(folder: string | undefined, login: SavedLogin | undefined): FoundHub {
  if (folder === undefined && login) return hubAt(login.hub, login);
  const local = folder ?? "./data";
  return { url: findLocalHub(local), token: () => readOperatorToken(local) };
}

function hubAt(url: string, login: SavedLogin | undefined): FoundHub {
  return { url, ...(login?.hub === url && { token: () => login.token }) };
}

function parseHubUrl(value: string): string {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "") {
    throw new CommandError(
      `Cannot take --hub ${JSON.stringify(value)}: expected a URL, for example https://hub.example.com`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** An Authorization header of what the caller gave. @throws CommandError for half of it */
async function readCredentials(flags: HubFlags, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const user = flags.user ?? nonEmpty(environment["IMAGEHUB_USER"]);
  const token = nonEmpty(environment["IMAGEHUB_TOKEN"]);
  if (user === undefined) {
    if (flags.passwordStdin === true)
      throw new CommandError("Cannot log in with --password-stdin: name the user with --user");
    return token === undefined ? undefined : `Bearer ${token}`;
  }
  const password =
    flags.passwordStdin === true
      ? (await text(process.stdin)).replace(/\r?\n$/, "")
      : (nonEmpty(environment["IMAGEHUB_PASSWORD"]) ?? token);
  if (password === undefined) {
    throw new CommandError(
      `Cannot log in as ${user}: give the password with --password-stdin, or in IMAGEHUB_PASSWORD`,
    );
  }
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

async function send(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url + path, init);
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    const { code = "", message } = cause as Error & { code?: string };
    const next = /CERT|SIGNATURE/.test(code)
      ? "; name the file of the certificate's authority in NODE_EXTRA_CA_CERTS (a hub's own is DATA/tls/ca.crt)"
      : "; is it running?";
    throw new CommandError(`Cannot reach the hub at ${url}: ${message || code}${next}`, { cause: error });
  }
}

async function readAnswer(response: Response): Promise<unknown> {
  const body = await response.text();
  const type = response.headers.get("content-type") ?? "";
  if (body === "") return undefined;
  return /[/+]json\b/.test(type) ? JSON.parse(body) : body;
}

/** What `/api` says of a failure (RFC 9457), and what `/apis` does (Kubernetes' Status). */
type Refusal = Partial<Problem> & { message?: string };

function explain(url: string, status: number, refusal: Refusal | undefined): CommandError {
  const message =
    refusal?.detail ??
    refusal?.message ??
    `Cannot use ${url}: it answered ${status}, as no hub of this version does`;
  const next =
    status === 401 ? " (--user NAME, with the password in IMAGEHUB_PASSWORD or --password-stdin)" : "";
  return new CommandError(`${message}${next}`, { status, field: refusal?.field });
}
