import type { StoredUpload } from "../blob-storage/port.ts";
import { PAGE_ROWS, type Collection } from "./collection.ts";
import { inBatches } from "./batches.ts";
import { uploadTime } from "./upload-ids.ts";
import { UPLOAD_IDLE_MS } from "./upload-rows.ts";
import { MAX_AHEAD_MS } from "./upload-sessions.ts";

/** Ends uploads that nobody goes on with, and removes bytes of uploads that nobody can go on with. */
export async function collectUploads(collection: Collection): Promise<void> {
  const idleSince = collection.now() - UPLOAD_IDLE_MS;
  await endIdleUploads(collection, idleSince);
  await removeStrayUploads(collection, idleSince);
}

async function endIdleUploads(collection: Collection, idleSince: number): Promise<void> {
  let last = "";
  for (;;) {
    const rows = await collection.database.read
      .selectFrom("uploads")
      .select("id")
      .where("id", ">", last)
      .where("updated_at", "<=", idleSince)
      .orderBy("id")
      .limit(PAGE_ROWS)
      .execute();
    for (const { id } of rows) {
      last = id;
      await endUpload(collection, id, idleSince);
      await collection.giveWay();
    }
    if (rows.length < PAGE_ROWS) return;
  }
}

/** A request that goes on with an upload touches its row first, and finds it there or ended: see `requireUpload`. */
async function endUpload(collection: Collection, id: string, idleSince: number): Promise<void> {
  if (!collection.dryRun) {
    // Relaxed: an upload that comes back after a power failure is ended once more.
    const ended = await collection.database.write(
      (transaction) =>
        transaction
          .deleteFrom("uploads")
          .where("id", "=", id)
          .where("updated_at", "<=", idleSince)
          .returning("id")
          .execute(),
      { relaxed: true },
    );
    if (ended.length === 0) return;
  }
  await removeBytes(collection, id, (await collection.storage.uploadSize(id)) ?? 0);
}

/**
 * Bytes have no row while they come in the request that is to end their upload, and where that was lost or ended. Such
 * an upload is old by both clocks, the storage's and the hub's that named it, either of which may be wrong.
 */
async function removeStrayUploads(collection: Collection, idleSince: number): Promise<void> {
  const youngest = collection.now() + MAX_AHEAD_MS;
  const isOld = ({ upload, modifiedAt }: StoredUpload): boolean => {
    const beganAt = uploadTime(upload);
    const isYoung = beganAt !== undefined && beganAt > idleSince && beganAt < youngest;
    return modifiedAt.getTime() <= idleSince && !isYoung;
  };
  for await (const uploads of inBatches(collection.storage.listUploads(), PAGE_ROWS)) {
    const idle = uploads.filter(isOld);
    for (const { upload, sizeBytes } of await withoutRow(collection, idle)) {
      await removeBytes(collection, upload, sizeBytes);
    }
    await collection.giveWay();
  }
}

async function withoutRow(
  { database }: Collection,
  uploads: readonly StoredUpload[],
): Promise<StoredUpload[]> {
  if (uploads.length === 0) return [];
  const ids = uploads.map(({ upload }) => upload);
  const rows = await database.read.selectFrom("uploads").select("id").where("id", "in", ids).execute();
  const known = new Set(rows.map((row) => row.id));
  return uploads.filter(({ upload }) => !known.has(upload));
}

async function removeBytes(collection: Collection, upload: string, sizeBytes: number): Promise<void> {
  try {
    if (!collection.dryRun) await collection.storage.cancel(upload);
    collection.add("uploads", [sizeBytes]);
  } catch (error) {
    collection.fail(error);
  }
}
