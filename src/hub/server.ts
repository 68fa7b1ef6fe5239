import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { ListenAddress } from "./config.ts";
import { MAX_CONNECTIONS, onConnection, SILENCE_MS } from "./connections.ts";
import type { TlsMaterial } from "./tls.ts";

/**
 * Limits of every connection. Bodies have no limit in time, since a layer may take hours: the registry ends those
 * that stand still. Headers must come quickly, so that slow ones hold nothing.
 */
const LIMITS = {
  requestTimeout: 0,
  headersTimeout: 30_000,
  keepAliveTimeout: 75_000,
  maxHeaderSize: 64 * 1024,
};

/** As Mozilla's "intermediate" (https://wiki.mozilla.org/Security/Server_Side_TLS): forward secrecy, and no CBC. */
const TLS = {
  minVersion: "TLSv1.2",
  ciphers: [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ].join(":"),
} as const;

/** How often connections whose request has ended are looked for while the hub stops: Node would keep them alive. */
const STOP_LOOK_MS = 50;

/** How long running requests may take to end when the hub stops. */
const STOP_GRACE_MS = 30_000;

/** The port is taken, or the address is not this machine's. */
export class ListenError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ListenError";
  }
}

export interface ListeningServer {
  /** Scheme, host and the real port. */
  url: string;
  /** Takes no new connection, waits for running requests, then closes what is left. */
  stop(): Promise<void>;
}

/** Starts to listen. `silenceMs` is for tests. @throws ListenError */
export async function listen(
  answer: RequestListener,
  options: { address: ListenAddress; flag: string; tls?: TlsMaterial; silenceMs?: number },
): Promise<ListeningServer> {
  const { address, flag, tls, silenceMs = SILENCE_MS } = options;
  const handler = onConnection(answer);
  const server = tls
    ? createTlsServer({ ...LIMITS, ...TLS, cert: tls.cert, key: tls.key }, handler)
    : createServer(LIMITS, handler);
  server.timeout = silenceMs;
  server.maxConnections = MAX_CONNECTIONS;
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    // The body is asked for when a handler begins to read it, so that a refused one is never sent.
    request.on("newListener", (event: string) => {
      if (event !== "data" && event !== "readable") return;
      request.removeAllListeners("newListener");
      if (!response.headersSent) response.writeContinue();
    });
    void handler(request as Parameters<typeof handler>[0], response as Parameters<typeof handler>[1]);
  });
  server.listen(address.port, address.host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, address, flag);
  }
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? "https" : "http"}://${hostForUrl(address.host)}:${port}`, stop: () => stop(server) };
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), STOP_LOOK_MS);
  const grace = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(grace);
}

/** An address that a client can use: the wildcard is none. */
function hostForUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function explain(error: NodeJS.ErrnoException, { host, port }: ListenAddress, flag: string): Error {
  if (error.code === "EADDRINUSE") {
    const airPlay =
      process.platform === "darwin" && port === 5000 ? " (on macOS often AirPlay Receiver)" : "";
    return new ListenError(
      `Cannot listen on ${host}:${port}: another program has that port${airPlay}; choose another with ${flag} ${host}:${port + 1}, or ${flag} ${host}:0 for any`,
      {
        cause: error,
      },
    );
  }
  if (error.code === "EACCES") {
    return new ListenError(
      `Cannot listen on ${host}:${port}: this user may not; choose a port from 1024 on with ${flag}`,
      { cause: error },
    );
  }
  return new ListenError(
    `Cannot listen on ${host}:${port}: ${error.message}; choose another address with ${flag}`,
    { cause: error },
  );
}
