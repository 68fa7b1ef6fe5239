import assert from "node:assert/strict";
import type { RawAnswer } from "./raw.ts";

/** Statuses from 500 on that are documented: the disk is full; the hub stops, or its page is not built. */
const DOCUMENTED = new Set([503, 507]);
/** What Kubernetes answers to a version that is not there yet, with 504: the client is to ask again. */
const NOT_YET = '"reason":"ResourceVersionTooLarge"';
/** What asks for one. */
const VERSION = /[?&]resourceVersion=\d/;
/** What HTTP itself is refused with, before it is known which API is asked: no body. */
const OF_HTTP = new Set([400, 408, 413, 417, 431, 505]);
const STACK_TRACE = /node_modules|\bat (?:async )?[\w.<>]+ \(|file:\/\/\/|\.ts:\d+/;

/** Fails unless an answer is one of those that a client of the address can count on. */
export function assertWellFormed(
  answer: RawAnswer,
  { method, path }: { method: string; path: string },
): void {
  const { status, body } = answer;
  const shown = `${method} ${path.slice(0, 200)} → ${status} ${body.slice(0, 300)}`;
  // An answer to HEAD has no words to tell it by.
  const isNotYet = status === 504 && (body.includes(NOT_YET) || (method === "HEAD" && VERSION.test(path)));
  assert.ok(status < 500 || DOCUMENTED.has(status) || isNotYet, shown);
  if (status < 400) return;
  assert.doesNotMatch(body, STACK_TRACE, shown);
  if (method === "HEAD" || (body === "" && OF_HTTP.has(status))) return;
  assertErrorOf(apiOf(method, path), answer, shown);
}

type Api = "registry" | "token" | "kubernetes" | "json" | "page";

function apiOf(method: string, target: string): Api {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "");
  if (/^\/v2(?:[/?]|$)/.test(path)) return "registry";
  if (/^\/token\/?(?:\?|$)/.test(path) && ["GET", "POST"].includes(method)) return "token";
  if (/^\/(?:apis|api\/v1\/(?:namespaces|secrets|events))(?:[/?]|$)/.test(path)) return "kubernetes";
  if (/^\/api(?:\/v1)?\/?(?:\?|$)/.test(path)) return "kubernetes";
  return /^\/(?:api|v1|token)(?:[/?]|$)/.test(path) ? "json" : "page";
}

function assertErrorOf(api: Api, { status, body, headers }: RawAnswer, shown: string): void {
  if (api === "page") return;
  assert.match(headers.get("content-type") ?? "", /json/, shown);
  const error = JSON.parse(body) as Record<string, unknown>;
  switch (api) {
    case "registry": {
      const [first] = error["errors"] as { code: string; message: string }[];
      assert.match(first?.code ?? "", /^[A-Z_]+$/, shown);
      assert.ok(first?.message && first.message.length < 2000, shown);
      return;
    }
    case "token":
      // RFC 6749 §5.2
      assert.match(String(error["error"]), /^[a-z_]+$/, shown);
      return;
    case "kubernetes":
      assert.equal(error["kind"], "Status", shown);
      assert.equal(error["code"], status, shown);
      return;
    case "json":
      assert.equal(error["status"], status, shown);
      assert.equal(typeof error["title"], "string", shown);
  }
}
