import assert from "node:assert/strict";
import { once } from "node:events";
import { type Socket } from "node:net";
import { test } from "node:test";
import { digestOf } from "../../src/oci/digest.ts";
import { OCI_MANIFEST } from "../../src/oci/media-types.ts";
import { pushBlob } from "../registry-client.ts";
import { inParallel, startAttackedHub } from "./attacked-hub.ts";
import { attackerSocket, closeOf, parseAnswer, sendRaw } from "./raw.ts";

const hub = await startAttackedHub();
const auth = `host: hub\r\nauthorization: ${hub.token}\r\n`;

const large = Buffer.alloc(32 * 1024 * 1024, "x");
const largeDigest = digestOf(large);
await pushBlob(hub, {
  repository: "attack/one",
  digest: largeDigest,
  bytes: large,
  authorization: hub.token,
});
const manifestPath = await pushLargeManifest();

/** Each connection does something slow for ever; all must be cut off: after 60 to 120 s of silence, and after 30 s for a head. */
const SLOW: [string, (socket: Socket) => void | Promise<void>][] = [
  ["sends no head", () => undefined],
  ["sends its head byte by byte", (socket) => void trickle(socket, "GET / HTTP/1.1\r\nx: ")],
  [
    "takes nothing of a blob",
    (socket) => void socket.pause().write(`GET /v2/attack/one/blobs/${largeDigest} HTTP/1.1\r\n${auth}\r\n`),
  ],
  [
    "takes nothing of a manifest",
    (socket) => void socket.pause().write(`GET ${manifestPath} HTTP/1.1\r\n${auth}\r\n`.repeat(200)),
  ],
  [
    "stops in the middle of a blob",
    async (socket) =>
      void socket.write(`PATCH ${await beginUpload()} HTTP/1.1\r\n${auth}content-length: 10\r\n\r\nab`),
  ],
  [
    "stops in the middle of a chunk",
    async (socket) =>
      void socket.write(
        `PATCH ${await beginUpload()} HTTP/1.1\r\n${auth}transfer-encoding: chunked\r\n\r\nff\r\nab`,
      ),
  ],
  [
    "stops in the middle of a manifest",
    (socket) =>
      void socket.write(
        `PUT ${manifestPath} HTTP/1.1\r\n${auth}content-type: ${OCI_MANIFEST}\r\ncontent-length: 10\r\n\r\n{`,
      ),
  ],
  [
    "stops in the middle of a form",
    (socket) =>
      void socket.write(
        "POST /token HTTP/1.1\r\nhost: hub\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 10\r\n\r\na",
      ),
  ],
  [
    "stops in the middle of JSON",
    (socket) =>
      void socket.write(
        "POST /api/v1/users HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{",
      ),
  ],
];
/** Of each kind at once. */
const AT_ONCE = 20;
/** The hub has cut off everybody by then. */
const READS_AFTER_MS = 125_000;
/** Sooner than a connection that was not cut off would end for having nothing more to say. */
const GIVES_UP_AFTER_MS = 145_000;

test("clients that stand still are cut off, and nobody else notices", { timeout: 170_000 }, async () => {
  await hub.during(async () => {
    const sockets = SLOW.flatMap(([what, begin]) =>
      Array.from({ length: AT_ONCE }, () => ({ what, begin, socket: attackerSocket(hub.url) })),
    );
    const ends = sockets.map(async ({ what, begin, socket }) => {
      const ended = closeOf(socket);
      await begin(socket);
      // Who does not read does not see the end: it looks when it must have come, and finds half an answer.
      if (socket.isPaused()) setTimeout(() => socket.resume(), READS_AFTER_MS);
      else socket.resume();
      socket.on("end", () => socket.destroy());
      const late = setTimeout(() => socket.destroy(), GIVES_UP_AFTER_MS);
      const startedAt = performance.now();
      await ended;
      clearTimeout(late);
      return performance.now() - startedAt < GIVES_UP_AFTER_MS - 1000 ? [] : [what];
    });
    assert.deepEqual([...new Set((await Promise.all(ends)).flat())], []);
  });
});

test("three thousand connections that are only kept harm nobody", { timeout: 60_000 }, async () => {
  await hub.during(async () => {
    const sockets = await inParallel(Array.from({ length: 3000 }), async () => {
      const socket = attackerSocket(hub.url);
      socket.write("GET /livez HTTP/1.1\r\nhost: hub\r\n\r\n");
      await once(socket, "data");
      return socket;
    });
    for (const socket of sockets) socket.destroy();
  });
});

/** What is no HTTP, or HTTP that two readers may read differently: none of it may be taken for a request. */
const MALFORMED: [string, string][] = [
  ["two lengths", "POST /v2/ HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"],
  ["a list of lengths", "POST /v2/ HTTP/1.1\r\nhost: a\r\ncontent-length: 5, 5\r\n\r\nabcde"],
  ["a negative length", "POST /v2/ HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n"],
  ["a huge length", `POST /v2/ HTTP/1.1\r\nhost: a\r\ncontent-length: ${"9".repeat(40)}\r\n\r\n`],
  [
    "length and chunks",
    "POST /v2/ HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n",
  ],
  ["chunks that are not last", "POST /v2/ HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, gzip\r\n\r\n"],
  ["chunks by another name", "POST /v2/ HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n"],
  ["bare line feeds", "GET /v2/ HTTP/1.1\nhost: a\n\n"],
  ["a folded header", "GET /v2/ HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\n\r\n"],
  ["a space before the colon", "GET /v2/ HTTP/1.1\r\nhost : a\r\n\r\n"],
  ["a NUL in a header", "GET /v2/ HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n"],
  ["no host", "GET /v2/ HTTP/1.1\r\n\r\n"],
  ["a line that is no header", "GET /v2/ HTTP/1.1\r\nhost: a\r\nhello\r\n\r\n"],
  ["no version", "GET /v2/\r\n\r\n"],
  ["another version", "GET /v2/ HTTP/9.9\r\nhost: a\r\n\r\n"],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["TLS", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"],
  ["a tunnel", "CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n"],
  ["an unknown method", `${"A".repeat(5000)} / HTTP/1.1\r\nhost: a\r\n\r\n`],
  ["a head of 100 KiB", `GET /v2/ HTTP/1.1\r\nhost: a\r\nx: ${"a".repeat(100 * 1024)}\r\n\r\n`],
  ["an address of 100 KiB", `GET /${"a/".repeat(50 * 1024)} HTTP/1.1\r\nhost: a\r\n\r\n`],
  ["20,000 headers", `GET /v2/ HTTP/1.1\r\nhost: a\r\n${"a: b\r\n".repeat(20_000)}\r\n`],
];

for (const [what, bytes] of MALFORMED) {
  test(`${what}: refused, and the connection closes`, async () => {
    const received = await sendRaw(hub.url, Buffer.from(bytes, "latin1"), { end: true });
    const answer = parseAnswer(received);
    assert.ok(answer === undefined || (answer.status >= 400 && answer.status < 500), received.slice(0, 300));
    assert.equal(received.match(/HTTP\/1\.1 /g)?.length ?? 0, answer ? 1 : 0, "one answer at most");
  });
}

/** Odd, but allowed: answered as any other. */
const ODD: [string, string, number][] = [
  ["an address with scheme and host", "GET http://hub/v2/ HTTP/1.1\r\nhost: hub\r\n\r\n", 401],
  ["empty lines before the request", "\r\n\r\nGET /v2/ HTTP/1.1\r\nhost: hub\r\n\r\n", 401],
  ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nhost: hub\r\n\r\n", 404],
  [
    "a chunk extension",
    "POST /v2/ HTTP/1.1\r\nhost: hub\r\ntransfer-encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n",
    401,
  ],
];

for (const [what, bytes, status] of ODD) {
  test(`${what}: ${status}`, async () => {
    const received = await sendRaw(hub.url, bytes, { isEnough: (text) => text.includes("\r\n\r\n") });
    assert.equal(parseAnswer(received)?.status, status, received.slice(0, 300));
  });
}

test(
  "500 requests in a row, and none of their answers read, take the memory of one",
  { timeout: 60_000 },
  async () => {
    await hub.during(async () => {
      const sockets = Array.from({ length: 8 }, () => attackerSocket(hub.url).pause());
      await Promise.all(sockets.map((socket) => once(socket, "connect")));
      for (const socket of sockets) socket.write(`GET ${manifestPath} HTTP/1.1\r\n${auth}\r\n`.repeat(500));
      // Time in which the hub would answer all, if it did.
      for (let count = 0; count < 20; count += 1)
        await fetch(`${hub.url}${manifestPath}`, { headers: { authorization: hub.token } }).then((response) =>
          response.arrayBuffer(),
        );
      for (const socket of sockets) socket.destroy();
    });
  },
);

async function beginUpload(): Promise<string> {
  const response = await fetch(`${hub.url}/v2/attack/one/blobs/uploads/`, {
    method: "POST",
    headers: { authorization: hub.token },
  });
  return response.headers.get("location") ?? "";
}

async function trickle(socket: Socket, bytes: string): Promise<void> {
  socket.write(bytes);
  const timer = setInterval(() => socket.write("a"), 500);
  await closeOf(socket);
  clearInterval(timer);
}

/** @returns its address */
async function pushLargeManifest(): Promise<string> {
  const config = {
    mediaType: "application/vnd.oci.image.config.v1+json",
    digest: largeDigest,
    size: large.length,
  };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config,
    layers: [],
    annotations: { a: "x".repeat(4_000_000) },
  });
  const path = `/v2/attack/one/manifests/${digestOf(Buffer.from(manifest))}`;
  const response = await fetch(hub.url + path, {
    method: "PUT",
    headers: { authorization: hub.token, "content-type": OCI_MANIFEST },
    body: manifest,
  });
  assert.equal(response.status, 201, await response.text());
  return path;
}
