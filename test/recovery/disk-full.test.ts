import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { statfsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { digestOf } from "../../src/oci/digest.ts";
import { buildImage } from "../image-builder.ts";
import { pushBlob, pushImage } from "../registry-client.ts";
import { mountSmallDisk } from "../small-disk.ts";
import { startTestHub, type TestHub } from "../start-hub.ts";

const MIB = 1024 * 1024;
const disk = await mkdtemp(join(tmpdir(), "imagehub-full-"));
const { skip, unmount } = mountSmallDisk(disk);
after(async () => {
  unmount();
  await rm(disk, { recursive: true, force: true });
});

test(
  "an upload that fills the disk is 507, nothing of it stays, and the hub lives on",
  { skip },
  async () => {
    const hub = await startTestHub({ data: join(disk, "upload"), "log-level": "fatal" });
    const headers = { authorization: hub.admin };
    const before = freeBytes();
    const started = await fetch(`${hub.url}/v2/org/app/blobs/uploads/`, { method: "POST", headers });
    const location = hub.url + started.headers.get("location");
    const full = await fetch(location, {
      method: "PATCH",
      headers,
      body: ReadableStream.from(chunks(80)),
      duplex: "half",
    } as RequestInit);
    await expectFull(full);
    const held = await fetch(location, { headers });
    assert.deepEqual([held.status, held.headers.get("range")], [204, "0-0"]);
    assert.ok(before - freeBytes() < MIB, `${before - freeBytes()} bytes are gone`);
    await expectToTakeAnImage(hub);
    await hub.stop();
  },
);

test("with a full disk pushes are 507, pulls go on, and space that is freed is used", { skip }, async () => {
  const hub = await startTestHub({ data: join(disk, "database"), "log-level": "fatal" });
  const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
  await pushImage(hub, image, { repository: "org/app", reference: "v1" });
  await hub.context.controllers.idle();
  const ballast = join(disk, "ballast");
  await writeFile(ballast, Buffer.alloc(freeBytes())).catch(() => undefined);

  const headers = { authorization: hub.admin };
  const manifest = await fetch(`${hub.url}/v2/org/app/manifests/v2`, {
    method: "PUT",
    headers: { ...headers, "content-type": image.mediaType },
    body: JSON.stringify({
      ...JSON.parse(image.manifest.toString()),
      annotations: { large: "x".repeat(MIB) },
    }),
  });
  await expectFull(manifest);
  assert.equal((await fetch(`${hub.url}/v2/org/app/manifests/v2`, { headers })).status, 404);
  const digest = digestOf(Buffer.alloc(MIB));
  const blob = await fetch(`${hub.url}/v2/org/app/blobs/uploads/?digest=${digest}`, {
    method: "POST",
    headers,
    body: Buffer.alloc(MIB),
  });
  await expectFull(blob);
  const pulled = await fetch(`${hub.url}/v2/org/app/manifests/v1`, { headers });
  assert.equal(pulled.headers.get("docker-content-digest"), image.digest);

  await rm(ballast);
  await expectToTakeAnImage(hub);
  await hub.context.controllers.idle();
  await hub.stop();
  assert.deepEqual(
    await readdir(join(disk, "database/storage/docker/registry/v2/uploads")).catch(() => []),
    [],
  );
});

async function expectFull(response: Response): Promise<void> {
  const text = await response.text();
  assert.equal(response.status, 507, text);
  const { errors } = JSON.parse(text) as { errors: { code: string; message: string }[] };
  assert.equal(errors[0]?.code, "STORAGE_FULL");
  assert.match(errors[0]?.message ?? "", /no space left/);
}

async function expectToTakeAnImage(hub: TestHub): Promise<void> {
  const bytes = randomBytes(MIB);
  const blob = { repository: "org/after", digest: digestOf(bytes), bytes, authorization: hub.admin };
  await pushBlob(hub, blob);
  const image = await buildImage({ layers: [{ bytes }] });
  await pushImage(hub, image, { repository: "org/after", reference: "v1" });
}

async function* chunks(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield randomBytes(MIB);
}

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}
