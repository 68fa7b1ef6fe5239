import { connect as connectSocket, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expectStatus, send, type Client } from "../load/client.ts";
import { connectToResources, createImage, IMAGES, newImage } from "../load/resources.ts";
import type { Target } from "../targets/target.ts";
import { residentMegabytes } from "./memory.ts";
import type { Workload } from "./workload.ts";

const WATCHERS = 200;
const WRITES_A_SECOND = 100;
/** With its metadata, 2 KB. */
const DOCS_LENGTH = 1500;
/** Beyond this nothing is measured any more. */
const PATIENCE_MS = 30_000;

export const watchLag: Workload = {
  name: "watch-lag",
  title:
    "200 watchers of all Images, 100 writes/s of 2 KB: the longest from a write's answer to the last watcher",
  unit: "ms",
  better: "less",
  on: "documents",
  onRequest: true,
  measure: async (target, options) => (await watchAll(target, options)).lagMs,
};

export const watchMemory: Workload = {
  ...watchLag,
  name: "watch-memory",
  title: "the same: most memory of the hub",
  unit: "MB",
  measure: async (target, options) => (await watchAll(target, options)).memoryMb,
};

type Waiting = Map<string, { left: number; seen: () => void }>;

/** Writes at a steady pace while all watch, and waits until each has seen all. */
async function watchAll(
  target: Target,
  { quick }: { quick: boolean },
): Promise<{ lagMs: number; memoryMb: number }> {
  const client = connectToResources(target);
  const waiting: Waiting = new Map();
  const sockets = await openWatches(client, (name) => {
    const write = waiting.get(name);
    if (write && --write.left === 0) write.seen();
  });
  const lags: Promise<number>[] = [];
  let memoryMb = 0;
  const started = performance.now();
  for (let turn = 0; turn < WRITES_A_SECOND * (quick ? 5 : 20); turn++) {
    await sleep(Math.max(started + (turn * 1000) / WRITES_A_SECOND - performance.now(), 0));
    lags.push(lagOf(client, waiting));
    if (turn % WRITES_A_SECOND === 0) memoryMb = Math.max(memoryMb, await residentMegabytes(target.pid));
  }
  const lagMs = Math.max(...(await Promise.all(lags)));
  for (const socket of sockets) socket.destroy();
  client.agent.destroy();
  return { lagMs, memoryMb };
}

/** How long after its answer the last watcher sees a new Image. */
async function lagOf(client: Client, waiting: Waiting): Promise<number> {
  const image = newImage(DOCS_LENGTH);
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.set(image.metadata.name, { left: WATCHERS, seen: resolve });
  await createImage(client, image);
  const answeredAt = performance.now();
  const late = sleep(PATIENCE_MS, "late", { ref: false });
  if ((await Promise.race([promise, late])) === "late")
    throw new Error(`Cannot measure: not every watcher saw ${image.metadata.name}`);
  return performance.now() - answeredAt;
}

/** Bare sockets, since the load shares the machine. @param tell called with the name of each Image that was added */
async function openWatches(client: Client, tell: (name: string) => void): Promise<Socket[]> {
  const list = expectStatus(await send(client, { path: `${IMAGES}?limit=1` }), 200).body.toString();
  const { metadata } = JSON.parse(list) as { metadata: { resourceVersion: string } };
  const path = `${IMAGES}?watch=1&resourceVersion=${metadata.resourceVersion}`;
  return Promise.all(Array.from({ length: WATCHERS }, () => openWatch(client, { path, tell })));
}

async function openWatch(
  { url, authorization: { authorization = "" } }: Client,
  { path, tell }: { path: string; tell: (name: string) => void },
): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  const open = Promise.withResolvers<void>();
  let rest = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    open.resolve();
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const name = ADDED.exec(line)?.[1];
      if (name !== undefined) tell(name);
    }
  });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: hub\r\nauthorization: ${authorization}\r\n\r\n`);
  await open.promise;
  return socket;
}

/** A line that tells of a new Image. */
const ADDED =
  /^\{"type":"ADDED","object":\{"apiVersion":"[^"]*","kind":"Image","metadata":\{"name":"([^"]*)"/;
