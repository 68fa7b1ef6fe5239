import assert from "node:assert/strict";
import type { TestHub } from "./start-hub.ts";

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/** What is expected; what is left out may be anything. */
export interface Answer {
  status: number;
  /** Code of the error body. */
  code?: string;
  /** What the error's message says. */
  message?: RegExp;
  /** `null`: there is no such header. */
  headers?: Record<string, string | RegExp | null>;
  body?: Buffer;
}

/** One request to a hub, and the answer that it must give. */
export type Ask = (path: string, asked: Asked, answer: Answer) => Promise<void>;

export function askAt(hub: Pick<TestHub, "url">): Ask {
  return async (path, { body, ...init }, answer) => {
    const response = await fetch(hub.url + path, {
      ...init,
      ...(body !== undefined && { body: typeof body === "string" ? body : new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(response.status, answer.status, bytes.toString().slice(0, 500));
    for (const [name, expected] of Object.entries(answer.headers ?? {})) {
      const actual = response.headers.get(name);
      if (expected instanceof RegExp) assert.match(actual ?? "", expected);
      else assert.equal(actual, expected, name);
    }
    if (answer.body) assert.deepEqual(bytes, answer.body);
    if (answer.code === undefined) return;
    const [error] = (JSON.parse(bytes.toString()) as { errors: { code: string; message: string }[] }).errors;
    assert.equal(error?.code, answer.code);
    if (answer.message) assert.match(error?.message ?? "", answer.message);
  };
}
