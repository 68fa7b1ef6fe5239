import type { IncomingMessage, ServerResponse } from "node:http";
import { BodyBrokenError, BodyTooLargeError } from "./errors.ts";

/** A body may come slowly for hours, but not stand still: the other side is gone then. */
export const BODY_IDLE_MS = 60_000;
/** Read of a refused body, so that the answer is not lost to a connection reset; then the connection closes. */
const MAX_DRAIN_BYTES = 1024 * 1024;
const MAX_DRAIN_MS = 2000;

/**
 * A request's body, chunk by chunk. A chunk is the caller's until the next is asked for: its memory is given back then.
 * Only the client's silence counts as idle, not the time that a chunk takes here.
 * @throws BodyBrokenError when it is cut off or stands still
 */
export async function* readBody(request: IncomingMessage, idleMs = BODY_IDLE_MS): AsyncGenerator<Uint8Array> {
  let isIdle = false;
  const giveUp = (): void => {
    isIdle = true;
    request.destroy();
  };
  let timer = setTimeout(giveUp, idleMs);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      clearTimeout(timer);
      yield chunk as Uint8Array;
      giveBack(chunk as Uint8Array);
      timer = setTimeout(giveUp, idleMs);
    }
  } catch (error) {
    const why = isIdle ? `nothing came for ${idleMs / 1000} s` : "the connection was cut off";
    throw new BodyBrokenError(`Cannot read body: ${why}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Gives the memory of a chunk back now, where all of it is the chunk's: that which Node made for what it read of a
 * socket lies outside of V8's heap, which else lets it pile up until it collects.
 */
function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** A whole small body. @throws BodyTooLargeError before reading, when Content-Length says so, or as soon as it is */
export async function readSmallBody(request: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw new BodyTooLargeError(limitBytes);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of readBody(request)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) throw new BodyTooLargeError(limitBytes);
    chunks.push(Buffer.from(chunk));
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

export function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0
  );
}

/**
 * Ends a response whose request body may not have been read. What is left of it is drained a little and the
 * connection closed: Node would read all of it, and a connection closed at once would lose the answer.
 */
export async function endEarly(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!request.complete && !request.destroyed) await drain(request);
  response.end();
}

/** Whether the connection must close after an answer that is given now. */
export function leavesBody(request: IncomingMessage): boolean {
  return hasBody(request) && !request.complete;
}

function drain(request: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let drained = 0;
  const timer = setTimeout(resolve, MAX_DRAIN_MS);
  request.on("data", (chunk: Buffer) => {
    drained += chunk.byteLength;
    if (drained > MAX_DRAIN_BYTES) resolve();
  });
  for (const event of ["end", "close", "error"]) request.on(event, () => resolve());
  return promise.finally(() => {
    clearTimeout(timer);
    request.pause();
  });
}
