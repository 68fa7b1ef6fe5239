import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import type { BlobStorage } from "../../../src/blob-storage/port.ts";
import { createContent } from "../../../src/content/create.ts";
import type { Database } from "../../../src/database/database.ts";
import { digestOf } from "../../../src/oci/digest.ts";
import type { Player } from "../player.ts";
import { requiredOf } from "../reach.ts";

/** Longer than anything is kept that no tag reaches. */
const LONG_MS = 40 * 24 * 60 * 60 * 1000;

/**
 * With the hub stopped: every blob has the bytes of its name; and once all that kept things has passed, a collection
 * leaves what tags reach, and not a byte or row besides.
 */
export async function checkLeftOver(
  players: readonly Pick<Player, "ledger" | "library">[],
  open: { openDatabase: () => Promise<Database>; openBlobStorage: () => Promise<BlobStorage> },
): Promise<void> {
  const storage = await open.openBlobStorage();
  const database = await open.openDatabase();
  const content = createContent({
    database,
    storage,
    now: () => Math.max(...players.map(({ ledger }) => ledger.now())) + LONG_MS,
  });
  try {
    await checkBytes(storage);
    // The second takes what the first one's clean-up has left without a reference.
    for (const _ of [1, 2]) {
      const { complete, failures } = await content.garbage.collect();
      assert.deepEqual([complete, failures], [true, 0]);
    }
    const reached = players.flatMap(({ ledger, library }) => {
      ledger.advance(LONG_MS);
      return [...requiredOf(ledger, library)];
    });
    const blobs = new Set(reached.filter(({ kind }) => kind === "blob").map(({ name }) => name));
    const stored = await Array.fromAsync(storage.list(), ({ digest }) => digest as string);
    assert.deepEqual(stored.toSorted(), [...blobs].toSorted(), "blobs in storage");
    assert.deepEqual(await Array.fromAsync(storage.listUploads()), [], "uploads in storage");
    const manifests = reached.filter(({ kind }) => kind === "manifest");
    await checkRows(database, { blobs, manifests: manifests.length });
  } finally {
    await content.close();
    await database.close();
    await storage.close();
  }
}

async function checkBytes(storage: BlobStorage): Promise<void> {
  const wrong: string[] = [];
  for await (const { digest } of storage.list()) {
    if (digestOf(await buffer(await storage.read(digest))) !== digest) wrong.push(digest);
  }
  assert.deepEqual(wrong, [], "blobs with other bytes than their name says");
}

async function checkRows(
  { read }: Database,
  expected: { blobs: ReadonlySet<string>; manifests: number },
): Promise<void> {
  const rows = await read.selectFrom("blobs").select(["digest", "state"]).execute();
  assert.deepEqual(
    rows.map(({ digest, state }) => `${digest} ${state}`).toSorted(),
    [...expected.blobs].map((digest) => `${digest} live`).toSorted(),
    "rows of blobs",
  );
  assert.deepEqual(await read.selectFrom("uploads").select("id").execute(), [], "rows of uploads");
  const manifests = await read.selectFrom("manifests").select("digest").execute();
  assert.equal(manifests.length, expected.manifests, "rows of manifests");
}
