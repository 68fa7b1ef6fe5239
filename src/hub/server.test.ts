import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingMessage, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { listen, ListenError } from "./server.ts";

const address = { host: "127.0.0.1", port: 0 };

test("a body has no limit in time, headers have, and may be 64 KiB", async () => {
  const server = await listen(
    (request, response) => {
      const { requestTimeout, headersTimeout } = serverOf(request);
      response.end(`${requestTimeout} ${headersTimeout} ${request.headers["x-long"]?.length}`);
    },
    { address, flag: "--listen" },
  );
  after(() => server.stop());
  const response = await fetch(server.url, { headers: { "x-long": "x".repeat(60 * 1024) } });
  assert.equal(await response.text(), `0 30000 ${60 * 1024}`);
  const tooLong = await fetch(server.url, { headers: { "x-long": "x".repeat(65 * 1024) } });
  assert.equal(tooLong.status, 431);
});

test("a body that is announced is asked for when somebody begins to read it, and not before", async () => {
  const server = await listen(
    (request, response) => {
      if (request.url === "/refused") response.writeHead(403, { connection: "close" }).end();
      else void text(request).then((body) => response.end(body));
    },
    { address, flag: "--listen" },
  );
  after(() => server.stop());
  const refused = await announce(server.url, "/refused");
  assert.match(await text(refused), /^HTTP\/1\.1 403 /);
  const taken = await announce(server.url, "/taken");
  assert.match(String((await once(taken, "data"))[0]), /^HTTP\/1\.1 100 /);
  taken.end("hello");
  assert.match(await text(taken), /hello$/);
});

test("a stop waits for running requests, and not for connections that are only kept", async () => {
  const arrived = Promise.withResolvers<() => void>();
  const server = await listen((_request, response) => arrived.resolve(() => response.end("done")), {
    address,
    flag: "--listen",
  });
  const agent = new Agent({ keepAlive: true });
  after(() => agent.destroy());
  const request = get(server.url, { agent });
  const finish = await arrived.promise;
  const stopped = server.stop();
  finish();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  assert.equal(await text(response), "done");
  await stopped;
});

test("a taken port, and an address that is not this machine's, are explained with the flag", async () => {
  const server = await listen((_request, response) => response.end(), { address, flag: "--listen" });
  after(() => server.stop());
  const port = Number(new URL(server.url).port);
  for (const taken of [
    { host: "127.0.0.1", port },
    { host: "192.0.2.1", port: 0 },
  ]) {
    await assert.rejects(
      listen(() => undefined, { address: taken, flag: "--listen-tls" }),
      (error) => error instanceof ListenError && error.message.includes("--listen-tls"),
    );
  }
});

function serverOf({ socket }: IncomingMessage): Server {
  return (socket as Socket & { server: Server }).server;
}

async function announce(url: string, path: string): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1", allowHalfOpen: true });
  socket.write(
    `PUT ${path} HTTP/1.1\r\nhost: hub\r\ncontent-length: 5\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n`,
  );
  await once(socket, "connect");
  return socket;
}
