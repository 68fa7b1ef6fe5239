import type { HubAddress } from "../registry-client.ts";

export interface Answer {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

export interface Asked {
  headers?: Record<string, string>;
  /** What is iterable is sent in chunks, without its length before. */
  body?: Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * Asks a hub.
 * @throws UnsureError when what was asked for may have been done or not
 */
export type Send = (method: string, path: string, asked?: Asked) => Promise<Answer>;

/** No answer, or one that says that the hub failed. */
export class UnsureError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UnsureError";
  }
}

/** An answer that the hub must not give, after all that it has said. */
export class WrongAnswerError extends Error {
  constructor(asked: string, answer: Answer) {
    super(`${asked}: ${answer.status} ${answer.bytes.toString().slice(0, 500)}`);
    this.name = "WrongAnswerError";
  }
}

/**
 * @param isFailing whether the hub is killed or faults are injected by now, so that no answer, or one of 500 and above,
 * is no surprise
 */
export function connect(hub: HubAddress, isFailing: () => boolean): Send {
  return async (method, path, { headers, body } = {}) => {
    try {
      const response = await fetch(hub.url + path, {
        method,
        headers: { authorization: hub.admin, ...headers },
        ...(body !== undefined && bodyInit(body)),
      });
      const answer = {
        status: response.status,
        headers: response.headers,
        bytes: Buffer.from(await response.arrayBuffer()),
      };
      if (answer.status < 500) return answer;
      throw isFailing()
        ? new UnsureError(`${method} ${path}: ${answer.status}`)
        : new WrongAnswerError(`${method} ${path}`, answer);
    } catch (error) {
      // What fetch throws when a connection ends.
      if (error instanceof TypeError && isFailing()) {
        throw new UnsureError(`${method} ${path}: no answer`, { cause: error });
      }
      throw error;
    }
  };
}

function bodyInit(body: Uint8Array | AsyncIterable<Uint8Array>): RequestInit {
  if (body instanceof Uint8Array) return { body: new Uint8Array(body) };
  return { body: ReadableStream.from(body), duplex: "half" } as RequestInit;
}
