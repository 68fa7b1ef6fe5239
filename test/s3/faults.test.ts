import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { buffer } from "node:stream/consumers";
import { bodyOf, bytesOf, newUpload } from "../../src/blob-storage/blob-storage-suite.ts";
import { openBlobStorage } from "../../src/blob-storage/open.ts";
import type { BlobStorage } from "../../src/blob-storage/port.ts";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { startFaultyProxy, type Fault } from "./faulty-proxy.ts";
import { skip, startS3Server } from "./s3-server.ts";

const MEBIBYTE = 1024 * 1024;
const SMALL = Buffer.from("a small blob");
/** A whole piece, and small ones behind it. */
const LARGE = Buffer.alloc(6 * MEBIBYTE, "a large blob, ");
for (let at = 0; at + 4 <= LARGE.length; at += 65_536) LARGE.writeUInt32LE(at, at);
const CUTS = [0, 5 * MEBIBYTE + 100, 5 * MEBIBYTE + 101, LARGE.length];

describe("S3 that fails", { skip }, async () => {
  if (skip) return;
  const server = await startS3Server();
  const proxy = await startFaultyProxy(server.endpoint);
  after(async () => {
    await proxy.stop();
    await server.stop();
  });
  let runs = 0;

  async function run(
    soleWriter: boolean,
    plan: { fault: Fault; first: number; count: number },
  ): Promise<{ history: History; requests: number }> {
    const prefix = `run${++runs}`;
    const url = server.storageUrl(prefix, { endpoint: proxy.endpoint });
    const storage = await openBlobStorage(url, { soleWriter });
    const requests = proxy.fail(prefix, plan);
    const history = await play(storage);
    const counted = requests();
    proxy.fail(prefix, { ...plan, count: 0 });
    await storage.close();
    const next = await openBlobStorage(url, { soleWriter });
    await checkHistory(next, history);
    await next.close();
    return { history, requests: counted };
  }

  for (const { mode, soleWriter, once, always } of [
    { mode: "one hub", soleWriter: true, once: ONCE, always: ALWAYS },
    { mode: "several hubs", soleWriter: false, once: ["error after"], always: ["reset after"] },
  ] satisfies { mode: string; soleWriter: boolean; once: Fault[]; always: Fault[] }[]) {
    test(`a fault at each request in turn is seen by nobody (${mode})`, async () => {
      const { requests } = await run(soleWriter, { fault: "slow", first: 0, count: 1_000_000 });
      assert.ok(requests >= 20, `only ${requests} requests`);
      await forEachRequest(requests, once, async (fault, first) => {
        const { history } = await run(soleWriter, { fault, first, count: 1 });
        const failed = history.flatMap((step) => (step.error === undefined ? [] : [step.error]));
        assert.deepEqual(failed, [], `${fault} at request ${first}`);
      });
    });

    test(`what was acknowledged is there, though all fails from each request on (${mode})`, async () => {
      const { requests } = await run(soleWriter, { fault: "slow", first: 0, count: 0 });
      await forEachRequest(requests, always, async (fault, first) => {
        const { history } = await run(soleWriter, { fault, first, count: 1_000_000 });
        assert.ok(
          history.some((step) => step.error !== undefined),
          `nothing failed with ${fault} at request ${first}`,
        );
      });
    });
  }
});

const ONCE: Fault[] = ["slow down", "error", "error after", "reset", "reset after", "cut"];
const ALWAYS: Fault[] = ["error", "reset after"];

/** Runs wait most of the time, for what is tried again. */
async function forEachRequest(
  requests: number,
  faults: Fault[],
  work: (fault: Fault, first: number) => Promise<void>,
): Promise<void> {
  const plans = faults.flatMap((fault) => Array.from({ length: requests }, (_, first) => ({ fault, first })));
  const left = plans.values();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const { fault, first } of left) await work(fault, first);
    }),
  );
}

type History = { step: string; error?: unknown }[];

const LARGE_UPLOAD = newUpload();
const SMALL_UPLOAD = newUpload();

/** What a hub does with storage; it stops at the first step that fails. */
async function play(storage: BlobStorage): Promise<History> {
  const history: History = [];
  const steps: [string, () => Promise<unknown>][] = [
    ["small append", () => storage.append(SMALL_UPLOAD, bodyOf(SMALL), { offset: 0 })],
    ["small finish", () => storage.finish(SMALL_UPLOAD, digestOf(SMALL))],
    ...[0, 1, 2].map((index): [string, () => Promise<unknown>] => [
      `large append ${CUTS[index + 1]}`,
      () =>
        storage.append(LARGE_UPLOAD, bodyOf(LARGE.subarray(CUTS[index], CUTS[index + 1])), {
          offset: CUTS[index] ?? 0,
        }),
    ]),
    [
      "large read again",
      async () => assert.ok(LARGE.equals(await buffer(await storage.readUpload(LARGE_UPLOAD)))),
    ],
    ["large finish", () => storage.finish(LARGE_UPLOAD, digestOf(LARGE))],
    ["large read", async () => assert.ok(LARGE.equals(await bytesOf(await storage.read(digestOf(LARGE)))))],
    ["snapshot", () => storage.snapshots.write("one.db", bodyOf(SMALL))],
    ["small delete", () => storage.delete(digestOf(SMALL))],
    ["check", () => storage.check()],
  ];
  for (const [step, work] of steps) {
    try {
      await work();
      history.push({ step });
    } catch (error) {
      history.push({ step, error });
      break;
    }
  }
  return history;
}

/** Acknowledged: there, byte for byte. Not acknowledged: whole or absent. Nothing is left beside that. */
async function checkHistory(storage: BlobStorage, history: History): Promise<void> {
  const done = new Set(history.flatMap(({ step, error }) => (error === undefined ? [step] : [])));
  const begun = new Set(history.map(({ step }) => step));
  await checkBlob(storage, SMALL, {
    must: done.has("small finish") && !begun.has("small delete"),
    mustNot: done.has("small delete"),
  });
  await checkBlob(storage, LARGE, { must: done.has("large finish"), mustNot: !begun.has("large finish") });
  const snapshots = await Array.fromAsync(storage.snapshots.list());
  if (done.has("snapshot")) assert.equal(snapshots.length, 1);
  for (const { name } of snapshots) {
    assert.ok(SMALL.equals(await bytesOf(await storage.snapshots.read(name))));
  }
  if (!begun.has("large finish")) {
    const acknowledged = CUTS.findLast((cut) => done.has(`large append ${cut}`)) ?? 0;
    const sizeBytes = (await storage.uploadSize(LARGE_UPLOAD)) ?? 0;
    assert.ok(sizeBytes >= acknowledged, `${sizeBytes} bytes of ${acknowledged}`);
    if (sizeBytes > 0) {
      const bytes = await buffer(await storage.readUpload(LARGE_UPLOAD));
      assert.ok(LARGE.subarray(0, sizeBytes).equals(bytes));
    }
    await storage.append(LARGE_UPLOAD, bodyOf(LARGE.subarray(sizeBytes)), { offset: sizeBytes });
    await storage.finish(LARGE_UPLOAD, digestOf(LARGE));
    await checkBlob(storage, LARGE, { must: true, mustNot: false });
  }
  for await (const { upload } of storage.listUploads()) await storage.cancel(upload);
  assert.deepEqual(await Array.fromAsync(storage.listUploads()), []);
}

async function checkBlob(
  storage: BlobStorage,
  bytes: Buffer,
  { must, mustNot }: { must: boolean; mustNot: boolean },
): Promise<void> {
  const digest: Digest = digestOf(bytes);
  const sizeBytes = await storage.stat(digest);
  if (must) assert.equal(sizeBytes, bytes.length);
  if (mustNot) assert.equal(sizeBytes, undefined);
  if (sizeBytes !== undefined) assert.ok(bytes.equals(await bytesOf(await storage.read(digest))));
}
