import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, statfsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, test } from "node:test";
import { startHubProcess, type HubProcess } from "../hub-process.ts";

const GIB = 1024 ** 3;
const SIZE_BYTES = 5 * GIB;
const CHUNK_BYTES = 1024 * 1024;
/** What the hub may take in all while it goes, its own 130 MB among them. */
const MAX_MEMORY_KB = 250_000;

const data = await mkdtemp(join(tmpdir(), "imagehub-large-"));
let hub: HubProcess | undefined;
after(async () => {
  await hub?.stop();
  await rm(data, { recursive: true, force: true });
});

const { bavail, bsize } = statfsSync(data);
const skip = !existsSync("/proc/self/status")
  ? "memory is read from /proc, which is not here"
  : bavail * bsize < SIZE_BYTES * 1.2 && "there is no room for 6 GiB";

test("a blob of 5 GiB is pushed in one request and pulled back, in bounded memory", { skip }, async () => {
  hub = await startHubProcess(data);
  const { url, admin } = hub;
  const headers = { authorization: admin };
  const started = await fetch(`${url}/v2/org/large/blobs/uploads/`, { method: "POST", headers });
  const location = url + started.headers.get("location");

  const sent = createHash("sha256");
  const push = httpRequest(location, {
    method: "PATCH",
    headers: { ...headers, "content-length": SIZE_BYTES },
  });
  const [[answer]] = (await Promise.all([
    once(push, "response"),
    pipeline(Readable.from(generate(sent)), push),
  ])) as [[IncomingMessage], void];
  answer.resume();
  assert.equal(answer.statusCode, 202);
  assert.equal(answer.headers["range"], `0-${SIZE_BYTES - 1}`);
  const digest = `sha256:${sent.digest("hex")}`;
  const ended = await fetch(`${location}?digest=${digest}`, { method: "PUT", headers });
  assert.equal(ended.status, 201, await ended.text());
  assert.ok((await peakMemoryKb(hub)) < MAX_MEMORY_KB, `push: ${await peakMemoryKb(hub)} kB`);

  const pull = httpRequest(`${url}/v2/org/large/blobs/${digest}`, { headers }).end();
  const [blob] = (await once(pull, "response")) as [IncomingMessage];
  assert.equal(blob.headers["content-length"], String(SIZE_BYTES));
  const received = createHash("sha256");
  for await (const chunk of blob) received.update(chunk as Buffer);
  assert.equal(`sha256:${received.digest("hex")}`, digest);
  assert.ok((await peakMemoryKb(hub)) < MAX_MEMORY_KB, `pull: ${await peakMemoryKb(hub)} kB`);
});

/** Bytes that no two chunks share, hashed as they go. */
async function* generate(hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < SIZE_BYTES; sent += CHUNK_BYTES) {
    const chunk = Buffer.alloc(CHUNK_BYTES, `chunk ${sent} `);
    hash.update(chunk);
    yield chunk;
  }
}

/** The most that a process has had in memory since its start. */
async function peakMemoryKb({ process: { pid } }: HubProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
}
