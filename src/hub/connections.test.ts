import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { listen } from "./server.ts";

const SILENCE_MS = 100;

test("a client that takes nothing of its answer is cut off", { timeout: 10_000 }, async () => {
  const closed = Promise.withResolvers<void>();
  const server = await start((_request, response) => {
    response.once("close", () => closed.resolve());
    // More than the system holds for a client that does not read.
    response.end(Buffer.alloc(64 * 1024 * 1024));
  });
  server.write("GET / HTTP/1.1\r\nhost: hub\r\n\r\n");
  server.pause();
  await closed.promise;
  // The system, too, has forgotten what it held: an end in order would wait behind it for a quarter of an hour.
  server.resume();
  await assert.rejects(once(server, "end"), { code: "ECONNRESET" });
});

test("a client that stops in the middle of a body is cut off", { timeout: 10_000 }, async () => {
  const server = await start(
    (request, response) =>
      void text(request).then(
        () => response.end(),
        () => undefined,
      ),
  );
  server.write("POST / HTTP/1.1\r\nhost: hub\r\ncontent-length: 5\r\n\r\nab");
  await once(server, "close");
});

test("a client whose answer takes long is not cut off", async () => {
  const server = await start((_request, response) => {
    void setTimeout(4 * SILENCE_MS).then(() =>
      response.writeHead(200, { connection: "close" }).end("done\n"),
    );
  });
  server.write("GET / HTTP/1.1\r\nhost: hub\r\n\r\n");
  assert.match(await text(server), /done\n/);
});

test("requests that come in a row are answered one by one", async () => {
  const answers: (() => void)[] = [];
  const waiting: string[] = [];
  const server = await start((request, response) => {
    waiting.push(request.url ?? "");
    answers.push(() => response.end(request.url));
    if (request.url === "/3") for (const answer of answers) answer();
    else setImmediate(() => answers.at(-1)?.());
  });
  server.write(["/1", "/2", "/3"].map((path) => `GET ${path} HTTP/1.1\r\nhost: hub\r\n\r\n`).join(""));
  let received = "";
  for await (const chunk of server) {
    received += String(chunk);
    // Nobody asks for the next before the answer to the one before has left.
    assert.ok(waiting.length <= 1 + (received.match(/HTTP\/1\.1 200/g) ?? []).length);
    if (received.endsWith("/3")) break;
  }
  assert.deepEqual(waiting, ["/1", "/2", "/3"]);
});

for (const [target, path] of [
  ["http://hub/v2/", "/v2/"],
  ["HTTPS://hub:5000/v2/?n=1", "/v2/?n=1"],
  ["http://hub", "/"],
  ["http://hub?q", "/?q"],
  ["/http://hub/", "/http://hub/"],
] as const) {
  test(`the address ${target} is ${path}`, async () => {
    const server = await start((request, response) => response.end(request.url));
    server.write(`GET ${target} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n`);
    const answer = await text(server);
    assert.ok(answer.endsWith(`\r\n\r\n${path}`), answer);
  });
}

/** A connection to a server of its own. */
async function start(handler: RequestListener): Promise<Socket> {
  const address = { host: "127.0.0.1", port: 0 };
  const server = await listen(handler, { address, flag: "--listen", silenceMs: SILENCE_MS });
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  after(async () => {
    socket.destroy();
    await server.stop();
  });
  await once(socket, "connect");
  return socket;
}
