import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** Longer than any honest answer of a test takes, however busy the machine is. */
const PATIENCE_MS = 20_000;

/** A connection that shows no error when it is cut off: who attacks expects that. */
export function attackerSocket(url: string): Socket {
  const { port, hostname } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  socket.on("error", () => undefined);
  return socket;
}

/** Resolves when a connection has ended, in whatever way. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/**
 * Sends bytes, and reads until the other side ends or `isEnough` says so. A hub that leaves the connection open without
 * an answer fails the test.
 */
export async function sendRaw(
  url: string,
  bytes: string | Buffer,
  { isEnough = () => false, end = false }: { isEnough?: (received: string) => boolean; end?: boolean } = {},
): Promise<string> {
  const socket = attackerSocket(url);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => reject(new Error(`no end of the answer: ${received.slice(0, 300)}`)),
    PATIENCE_MS,
  );
  let received = "";
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
    if (isEnough(received)) resolve(received);
  });
  for (const event of ["end", "close"]) socket.on(event, () => resolve(received));
  if (end) socket.end(bytes);
  else socket.write(bytes);
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

/** The first answer in what was received; interim ones (1xx) are passed over. */
export function parseAnswer(received: string): RawAnswer | undefined {
  const start = received.replace(/^(?:HTTP\/1\.1 1\d\d [^]*?\r\n\r\n)+/, "");
  if (start === "") return undefined;
  const match = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n([^]*)$/.exec(start);
  assert.ok(match, `no HTTP answer: ${JSON.stringify(start.slice(0, 300))}`);
  const [, status, head = "", body = ""] = match;
  const headers = new Map(head.split("\r\n").map((line) => splitHeader(line)));
  const whole = headers.get("transfer-encoding") === "chunked" ? unchunked(body) : body;
  return { status: Number(status), headers, body: Buffer.from(whole, "latin1").toString() };
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function unchunked(body: string): string {
  let text = "";
  for (let rest = body; ;) {
    const line = /^([0-9a-f]+)\r\n/i.exec(rest);
    const length = Number.parseInt(line?.[1] ?? "0", 16);
    if (!line || length === 0) return text;
    text += rest.slice(line[0].length, line[0].length + length);
    rest = rest.slice(line[0].length + length + 2);
  }
}
