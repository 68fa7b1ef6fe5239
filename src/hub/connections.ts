import type { RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { normalizeAddress } from "./address.ts";

/**
 * How long nothing may go over a connection while its client has something to take or to send. A reader that is slow
 * goes on: each byte that it takes begins the time anew. Node sees that only when the time is over, so that one who
 * took some at its beginning is cut off at the end of the next.
 */
export const SILENCE_MS = 60_000;

/**
 * Most connections at once: a hundred machines that pull with all they have come to a few thousand. Each costs some
 * 10 KiB and a file of those that a process may open.
 */
export const MAX_CONNECTIONS = 10_000;

/**
 * What every request passes, whatever API it is for: its address is written as all others, a client that stands still is
 * cut off, and of requests that came in a row each waits for the answer before it, so that a connection holds one answer
 * in memory.
 */
export function onConnection(handler: RequestListener): RequestListener {
  return (request, response) => {
    request.url = normalizeAddress(request.url ?? "");
    response.on("timeout", endIfClientStandsStill);
    // A response gets its socket when it is its turn.
    if (response.socket) handler(request, response);
    else response.once("socket", () => handler(request, response));
  };
}

/** Nothing went over the connection for SILENCE_MS: the client's fault, or the hub works, or there is nothing to say. */
function endIfClientStandsStill(this: ServerResponse, socket: Socket): void {
  const takesNothing = socket.writableLength > 0;
  // What has come and was not read yet waits for the hub.
  const sendsNothing = !this.req.complete && this.req.readableLength === 0;
  if (takesNothing) reset(socket);
  else if (sendsNothing) socket.destroy();
}

/** Ends a connection with what the system holds for it, some MiB of an answer: an end in order would wait behind that. */
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
