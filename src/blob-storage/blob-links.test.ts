import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { digestOf } from "../oci/digest.ts";
import { createBlobLinks } from "./blob-links.ts";
import { openFileStorage } from "./file.ts";
import { createLayout } from "./layout.ts";

const root = await mkdtemp(join(tmpdir(), "imagehub-links-"));
const [from, to] = [join(root, "from"), join(root, "to")];
const storages = { from: await openFileStorage(from), to: await openFileStorage(to) };
const links = createBlobLinks(from, to);
after(async () => {
  await Promise.all([links.close(), storages.from.close(), storages.to.close()]);
  await rm(root, { recursive: true });
});

test("a blob that is not there, or there already, is not linked", async () => {
  assert.equal(await links.link(digestOf(Buffer.from("nothing"))), false);
  const digest = await store(storages.from, "twice");
  assert.equal(await links.link(digest), true);
  assert.equal(await links.link(digest), false);
});

test("a linked blob is one file with two names, and stays when either storage removes it", async () => {
  const digest = await store(storages.from, "linked");
  assert.equal(await links.link(digest), true);
  const inode = (folder: string) => statSync(createLayout(folder).blobFile(digest)).ino;
  assert.equal(inode(from), inode(to));
  await storages.from.delete(digest);
  assert.equal(await text(await storages.to.read(digest)), "linked");
});

async function store(storage: typeof storages.from, content: string) {
  const [upload, bytes] = [randomUUID(), Buffer.from(content)];
  await storage.append(upload, chunkOf(bytes), { offset: 0 });
  await storage.finish(upload, digestOf(bytes));
  return digestOf(bytes);
}

async function* chunkOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
