import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { bodyOf, bytesOf, newUpload, store } from "./blob-storage-suite.ts";
import { StorageFullError } from "./errors.ts";
import { openFileStorage } from "./file.ts";

const DISK_BYTES = 4 * 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), "imagehub-full-disk-"));
// Only root may mount; the faults of file.test.ts stand in for the disk elsewhere.
const mounted = run("mount", "-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "imagehub-test", folder);
after(async () => {
  if (mounted) {
    run("umount", "--lazy", folder);
  }
  await rm(folder, { recursive: true });
});

test(
  "a disk that is full keeps what it has, and takes more when there is room",
  { skip: !mounted },
  async () => {
    const storage = await openFileStorage(folder);
    const kept = await store(storage, Buffer.alloc(1024 * 1024, "kept"));
    const before = await freeBytes();
    const upload = newUpload();
    await storage.append(upload, bodyOf("begun "), { offset: 0 });
    const big = Array.from({ length: 80 }, () => Buffer.alloc(65_536, "big"));
    await assert.rejects(storage.append(upload, bodyOf(...big), { offset: 6 }), StorageFullError);
    assert.equal(await storage.uploadSize(upload), 6);
    assert.ok(before - (await freeBytes()) <= 65_536);

    await writeFile(join(folder, "filler"), Buffer.alloc(await freeBytes()));
    await assert.rejects(storage.append(newUpload(), bodyOf("x"), { offset: 0 }), StorageFullError);
    await assert.rejects(storage.check(), StorageFullError);
    await rm(join(folder, "filler"));

    await storage.append(upload, bodyOf("and done"), { offset: 6 });
    assert.equal((await bytesOf(await storage.readUpload(upload))).toString(), "begun and done");
    assert.equal(await storage.stat(kept), 1024 * 1024);
    await storage.check();
    await storage.close();
  },
);

function run(command: string, ...args: string[]): boolean {
  return process.platform === "linux" && spawnSync(command, args).status === 0;
}

async function freeBytes(): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
