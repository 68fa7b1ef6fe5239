import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** What goes wrong with a request. */
export type Fault =
  /** It is refused: 503 SlowDown. */
  | "slow down"
  /** It is refused: 500. */
  | "error"
  /** It is done, and answered with 500 all the same. */
  | "error after"
  /** The connection breaks in the middle of it. */
  | "reset"
  /** It is done, and the connection breaks before the answer. */
  | "reset after"
  /** The connection breaks in the middle of the answer. */
  | "cut"
  /** It takes its time. */
  | "slow";

/** A proxy before an S3 server, with faults by what the requests are for. */
export interface FaultyProxy {
  endpoint: string;
  /**
   * Lets requests for keys with a prefix fail: from the request `first` on, counted from 0, so many of them.
   * @returns a function that tells how many requests there were
   */
  fail(prefix: string, fault: { fault: Fault; first: number; count: number }): () => number;
  stop(): Promise<void>;
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const plans = new Map<string, { fault: Fault; first: number; count: number; seen: number }>();

  function faultOf(url: string): Fault | undefined {
    const prefix = PREFIX.exec(decodeURIComponent(url))?.[1] ?? "";
    const plan = plans.get(prefix);
    if (plan === undefined) return undefined;
    const number = plan.seen++;
    return number >= plan.first && number < plan.first + plan.count ? plan.fault : undefined;
  }

  const server = createServer((request, response) => {
    const work = forward(request, response, { target, fault: faultOf(request.url ?? "") });
    // Either side may go away; the other sees it.
    work.catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail(prefix, fault) {
      const plan = { ...fault, seen: 0 };
      plans.set(prefix, plan);
      return () => plan.seen;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { target, fault }: { target: string; fault: Fault | undefined },
): Promise<void> {
  if (fault === "reset") {
    request.once("data", () => request.socket.resetAndDestroy());
    request.once("end", () => request.socket.resetAndDestroy());
    return;
  }
  const body = await buffer(request);
  if (fault === "slow down") return refuse(response, 503, "SlowDown");
  if (fault === "error") return refuse(response, 500, "InternalError");
  if (fault === "slow") await sleep(SLOW_MS);
  // The host is signed, so it stays the proxy's.
  const { method, headers, url } = request;
  const asked = httpRequest(`${target}${url}`, { method, headers, agent: false });
  asked.end(body);
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const bytes = await buffer(answer);
  if (fault === "error after") return refuse(response, 500, "InternalError");
  if (fault === "reset after") {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(answer.statusCode ?? 500, answer.headers);
  if (fault === "cut") {
    response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
    return;
  }
  response.end(bytes);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>as if</Message></Error>`,
  );
}

/** The first part of the key, or of the prefix that is listed. */
const PREFIX = /(?:^\/hub\/|[?&]prefix=)([^/?&]+)\//;

const SLOW_MS = 300;
