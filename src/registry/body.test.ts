import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, mock, test } from "node:test";
import { BODY_IDLE_MS, readBody, readSmallBody } from "./body.ts";
import { BodyBrokenError, BodyTooLargeError } from "./errors.ts";

const server = createServer();
await once(server.listen(0, "127.0.0.1"), "listening");
after(() => server.close().closeAllConnections());
afterEach(() => mock.timers.reset());

/** Both ends of a request whose headers have been sent. */
async function send(
  headers: Record<string, string>,
): Promise<{ client: ClientRequest; request: IncomingMessage }> {
  const { port } = server.address() as AddressInfo;
  const client = httpRequest({ port, host: "127.0.0.1", method: "PUT", headers });
  client.on("error", () => undefined);
  client.flushHeaders();
  const [request] = (await once(server, "request")) as [IncomingMessage];
  return { client, request };
}

const CHUNKED = { "transfer-encoding": "chunked" };

test("a body that stands still for 60 s is broken off", async () => {
  const { client, request } = await send(CHUNKED);
  mock.timers.enable({ apis: ["setTimeout"] });
  const body = readBody(request);
  client.write("a");
  assert.equal(String((await body.next()).value), "a");
  const next = body.next();
  mock.timers.tick(BODY_IDLE_MS);
  await assert.rejects(next, { name: "BodyBrokenError", message: /nothing came for 60 s/ });
});

test("the time that storage takes for a chunk is not the client's", async () => {
  const { client, request } = await send(CHUNKED);
  mock.timers.enable({ apis: ["setTimeout"] });
  const body = readBody(request);
  client.write("a");
  assert.equal(String((await body.next()).value), "a");
  mock.timers.tick(BODY_IDLE_MS * 10);
  client.end("b");
  assert.equal(String((await body.next()).value), "b");
  assert.equal((await body.next()).done, true);
});

test("a body may come slowly for hours", async () => {
  const { client, request } = await send(CHUNKED);
  mock.timers.enable({ apis: ["setTimeout"] });
  const body = readBody(request);
  for (let minute = 0; minute < 300; minute += 1) {
    client.write("x");
    assert.equal(String((await body.next()).value), "x");
    const next = body.next();
    mock.timers.tick(BODY_IDLE_MS - 1);
    client.write("y");
    assert.equal(String((await next).value), "y");
  }
  client.end();
  assert.equal((await body.next()).done, true);
});

test("a body that is cut off is broken, with a length and without", async () => {
  for (const headers of [{ "content-length": "10" }, CHUNKED]) {
    const { client, request } = await send(headers);
    const body = readBody(request);
    client.write("abc");
    assert.equal(String((await body.next()).value), "abc");
    client.destroy();
    await assert.rejects(body.next(), BodyBrokenError);
  }
});

test("the memory of a chunk is given back when the next is asked for, and not before", async () => {
  const { client, request } = await send(CHUNKED);
  const [first, second] = [Buffer.alloc(65_536, "a"), Buffer.alloc(1000, "b")];
  client.write(first);
  const received: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of readBody(request)) {
    for (const before of received) assert.equal(before.byteLength, 0);
    received.push(chunk);
    sizeBytes += chunk.byteLength;
    assert.ok(chunk.every((byte) => byte === (sizeBytes <= first.length ? first[0] : second[0])));
    if (sizeBytes === first.length) client.end(second);
  }
  assert.equal(sizeBytes, first.length + second.length);
  assert.ok(received.length > 1);
});

test("a small body is whole, in however many chunks it came", async () => {
  const { client, request } = await send(CHUNKED);
  const whole = readSmallBody(request, 1000);
  for (const part of ["one, ", "two, ", "three"]) {
    client.write(part);
    await new Promise(setImmediate);
  }
  client.end();
  assert.equal(String(await whole), "one, two, three");
});

test("a small body over its limit is refused by its length, or as soon as it is over", async () => {
  const announced = await send({ "content-length": "11" });
  await assert.rejects(readSmallBody(announced.request, 10), BodyTooLargeError);
  const streamed = await send(CHUNKED);
  streamed.client.write("12345678901");
  await assert.rejects(readSmallBody(streamed.request, 10), BodyTooLargeError);
  const exact = await send(CHUNKED);
  exact.client.end("1234567890");
  assert.equal(String(await readSmallBody(exact.request, 10)), "1234567890");
  for (const { client } of [announced, streamed]) client.destroy();
});
