import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile, mkdtemp, rm, statfs } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, describe, test } from "node:test";
import { startHubProcess, type HubProcess } from "../hub-process.ts";
import { skip, startS3Server } from "./s3-server.ts";

const GIB = 1024 ** 3;
const CHUNK = Buffer.alloc(1024 * 1024);
/** What the hub may take in all. */
const MAX_MEMORY_KB = 300_000;

describe("large blobs in S3", { skip }, async () => {
  if (skip) return;
  const server = await startS3Server();
  const data = await mkdtemp(join(tmpdir(), "imagehub-s3-large-"));
  after(async () => {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  });

  // Pieces, and the blob that is made of them.
  const { bavail, bsize } = await statfs(data);
  const noRoom = bavail * bsize < 2.2 * 5 * GIB && "there is no room for 11 GiB";

  for (const { count, sizeBytes } of [
    { count: 1, sizeBytes: 5 * GIB + 123 },
    { count: 16, sizeBytes: GIB / 4 },
  ]) {
    const what = `${count} of ${(sizeBytes / GIB).toFixed(2)} GiB at once`;
    test(`${what} are pushed and pulled in bounded memory`, { skip: noRoom }, async () => {
      const hub = await startHubProcess(join(data, String(count)), {
        flags: ["--storage", server.storageUrl(`large-${count}`)],
      });
      try {
        const numbers = Array.from({ length: count }, (_, number) => number);
        const digests = await Promise.all(numbers.map((number) => push(hub, number, sizeBytes)));
        assert.ok((await peakMemoryKb(hub)) < MAX_MEMORY_KB, `push: ${await peakMemoryKb(hub)} kB`);
        await Promise.all(digests.map((digest) => pull(hub, digest)));
        assert.ok((await peakMemoryKb(hub)) < MAX_MEMORY_KB, `pull: ${await peakMemoryKb(hub)} kB`);
      } finally {
        await hub.stop();
      }
    });
  }
});

async function push({ url, admin }: HubProcess, number: number, sizeBytes: number): Promise<string> {
  const headers = { authorization: admin };
  const started = await fetch(`${url}/v2/org/large/blobs/uploads/`, { method: "POST", headers });
  const location = url + started.headers.get("location");
  const hash = createHash("sha256");
  const patch = httpRequest(location, { method: "PATCH", headers });
  const [[answer]] = (await Promise.all([
    once(patch, "response"),
    pipeline(Readable.from(generate({ number, sizeBytes, hash })), patch),
  ])) as [[IncomingMessage], void];
  answer.resume();
  assert.equal(answer.headers["range"], `0-${sizeBytes - 1}`);
  const digest = `sha256:${hash.digest("hex")}`;
  const ended = await fetch(`${location}?digest=${digest}`, { method: "PUT", headers });
  assert.equal(ended.status, 201, await ended.text());
  return digest;
}

async function pull({ url, admin }: HubProcess, digest: string): Promise<void> {
  const asked = httpRequest(`${url}/v2/org/large/blobs/${digest}`, {
    headers: { authorization: admin },
  }).end();
  const [blob] = (await once(asked, "response")) as [IncomingMessage];
  const hash = createHash("sha256");
  for await (const chunk of blob) hash.update(chunk as Buffer);
  assert.equal(`sha256:${hash.digest("hex")}`, digest);
}

/** Zeros behind a number, so that no two blobs are one. */
async function* generate({
  number,
  sizeBytes,
  hash,
}: {
  number: number;
  sizeBytes: number;
  hash: ReturnType<typeof createHash>;
}): AsyncGenerator<Buffer> {
  yield* hashed(Buffer.from(String(number).padStart(8)));
  for (let sent = 8; sent < sizeBytes; sent += CHUNK.length) {
    yield* hashed(CHUNK.subarray(0, sizeBytes - sent));
  }

  function* hashed(chunk: Buffer) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The most that a process has had in memory since its start. */
async function peakMemoryKb({ process: { pid } }: HubProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
}
