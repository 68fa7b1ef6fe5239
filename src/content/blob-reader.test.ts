import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { openBlobStorage } from "../blob-storage/open.ts";
import { digestOf } from "../oci/digest.ts";
import { openBlobReader } from "./blob-reader.ts";

test("openBlobReader() reads what is stored, whole or in part, and answers undefined for what is not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "imagehub-reader-"));
  const bytes = Buffer.from("0123456789");
  const storage = await openBlobStorage(`file:${folder}`);
  await storage.append("upload", Readable.from([bytes]), { offset: 0 });
  await storage.finish("upload", digestOf(bytes));
  const reader = await openBlobReader(`file:${folder}`);
  try {
    const whole = await reader.read(digestOf(bytes));
    const part = await reader.read(digestOf(bytes), { start: 2, end: 4 });
    assert.deepEqual([whole && (await text(whole)), part && (await text(part))], ["0123456789", "234"]);
    assert.equal(await reader.read(digestOf(Buffer.from("other"))), undefined);
  } finally {
    await reader.close();
    await storage.close();
    await rm(folder, { recursive: true });
  }
});
