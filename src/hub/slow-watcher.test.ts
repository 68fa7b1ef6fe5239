import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { startTestHub } from "../../test/start-hub.ts";
import { newResource, type Image } from "../resources/kinds.ts";
import { createApp } from "./app.ts";
import { createMetrics } from "./metrics.ts";
import { listen } from "./server.ts";

const PATH = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/users?watch=1&resourceVersion=0";
/** Enough for what is sent to outgrow all that the system holds for a client that does not read. */
const CHANGES = 300;
const SIZE = 60_000;

test(
  "a watcher that does not read is dropped, and the others miss nothing",
  { timeout: 20_000 },
  async () => {
    const hub = await startTestHub();
    after(() => hub.stop());
    const { store } = hub.context;
    const dropped = Promise.withResolvers<void>();
    const server = await serve(hub.context, (request, response) => {
      if (request.headers["user-agent"] === "sleeper") response.once("close", () => dropped.resolve());
    });
    const sleeper = connect(Number(new URL(server.url).port), "127.0.0.1");
    sleeper.write(`GET ${PATH} HTTP/1.1\r\nhost: hub\r\nuser-agent: sleeper\r\n\r\n`);
    await once(sleeper, "readable");
    const reader = await readNames(server.url);

    const icon = "i".repeat(SIZE);
    for (let change = 0; change < CHANGES; change++) {
      await store.create(newResource("User", `user-${change}`, { spec: { icon } }));
    }
    await dropped.promise;
    await store.create(newResource("User", "the-last", { spec: {} }));
    const expected = [...Array.from({ length: CHANGES }, (_, change) => `user-${change}`), "the-last"];
    assert.deepEqual(await reader.take(expected.length), expected);
    reader.stop();
    sleeper.destroy();
  },
);

/** The hub's app behind a port of its own, whose patience is short. */
async function serve(
  context: Awaited<ReturnType<typeof startTestHub>>["context"],
  look: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const stopping = new AbortController();
  const app = await createApp(context, {
    info: { version: "0.0.0", registration: "closed" },
    metrics: createMetrics(context),
    operatorToken: "",
    stopping: stopping.signal,
    baseUrl: () => "http://hub",
    kubernetesEndpoint: () => undefined,
  });
  const server = await listen(
    (request, response) => {
      look(request, response);
      app.routing(request, response);
    },
    { address: { host: "127.0.0.1", port: 0 }, flag: "--listen", silenceMs: 300 },
  );
  after(async () => {
    stopping.abort();
    await server.stop();
  });
  return server;
}

/** The names that a watcher is told, as they come. */
async function readNames(url: string) {
  const stopping = new AbortController();
  const { body } = await fetch(`${url}${PATH}`, { signal: stopping.signal });
  assert.ok(body);
  const names: string[] = [];
  const lines = createInterface({ input: Readable.fromWeb(body) });
  const told = (async () => {
    for await (const line of lines) {
      names.push((JSON.parse(line) as { object: Image }).object.metadata.name);
      lines.emit("name");
    }
  })().catch(() => undefined);
  return {
    async take(count: number): Promise<string[]> {
      while (names.length < count) await once(lines, "name");
      return names.slice(-count);
    },
    async stop() {
      stopping.abort();
      await told;
    },
  };
}
