import { NAMESPACE, type Server } from "./server.ts";
import { readSeed, type Identity } from "./seeds.ts";

/** A request that Kubernetes refuses. `{uid}` and `{resourceVersion}` in its path and body are those of acme.app. */
export interface BadRequest {
  /** What is wrong with it; no two are the same. */
  title: string;
  method: string;
  /** Below the namespace; whole when it begins with a slash. */
  path: string;
  headers?: Record<string, string>;
  /** As it is, or as JSON. */
  body?: string | object;
  /** Default: the administrator. */
  by?: "somebody";
}

/** What is compared of an answer; uid and resourceVersion of acme.app are written as in requests. */
export interface Answer {
  code: number;
  reason?: string | undefined;
  message?: string | undefined;
  details?: object | undefined;
}

/** Of one request: a watch that is not refused does not end. */
const TIMEOUT_MS = 10_000;

export async function ask(server: Server, request: BadRequest): Promise<Answer> {
  const seed = await readSeed(server);
  const { method, path, headers = {} } = request;
  const url = server.url + filled(path.startsWith("/") ? path : `${NAMESPACE}/${path}`, seed);
  const body = bodyOf(request, seed);
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      authorization: request.by ? server.somebody : server.authorization,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  return answerOf(response.status, await response.text(), seed);
}

function bodyOf({ body }: BadRequest, seed: Identity): string | undefined {
  if (body === undefined) return undefined;
  return filled(typeof body === "string" ? body : JSON.stringify(body), seed);
}

function filled(text: string, { uid, resourceVersion }: Identity): string {
  return text.replaceAll("{uid}", uid).replaceAll("{resourceVersion}", resourceVersion);
}

/** Not every answer is a Status: some are texts. What is different each time is written by its name. */
function answerOf(code: number, text: string, { uid }: Identity): Answer {
  const general = text
    .replaceAll(uid, "{uid}")
    .replaceAll(/(?<=acme-)[a-z0-9]{5}\b/gi, "{suffix}")
    .replaceAll(/(?<=in record \(|current: )\d+/g, "{resourceVersion}")
    .replaceAll(/\{\\{3}"apiVersion.*?\}(?=\\":)/g, "{object}");
  try {
    const { reason, message, details } = JSON.parse(general) as Answer;
    return { code, reason, message, details };
  } catch {
    return { code, message: general.trim() };
  }
}
