import type { WriteTransaction } from "../../database/database.ts";
import { BLOB_GRACE_MS } from "../blob-rows.ts";
import { quarantine } from "../quarantine.ts";
import type { BlobRow, Verdict } from "./blob-verdict.ts";
import type { CheckRun } from "./check-run.ts";

/** What a repair did; neither when the bytes are lost, or somebody wrote to the row meanwhile. */
export interface Repair {
  repaired?: string;
  /** Why it could not be done; a collection tries it again. */
  failure?: string;
}

/**
 * Puts a blob's row right; where the bytes are lost, makes it so that HEAD knows no such blob and the next push of any
 * image that needs it stores it anew.
 */
export async function repairBlob(run: CheckRun, row: BlobRow, verdict: Verdict): Promise<Repair> {
  switch (verdict.kind) {
    case "blob-missing":
      return row.state === "deleting" ? goOn(run, row) : awaitPush(run, row);
    case "blob-damaged":
      return removeBytes(run, row);
    case "blob-not-ready":
    case "blob-size-wrong":
      return setLive(run, row, verdict.sizeBytes);
    case "blob-unreadable":
    case "whole":
      return {};
  }
}

async function awaitPush(run: CheckRun, row: BlobRow): Promise<Repair> {
  await run.database.write((transaction) =>
    updateIfSame(transaction, row).set({ state: "storing" }).execute(),
  );
  return {};
}

/** Ends the removal of an earlier repair. */
async function goOn(run: CheckRun, { digest }: BlobRow): Promise<Repair> {
  const repair: Repair = {};
  await run.removal.resume([digest], { onError: (error) => void (repair.failure = describe(error)) });
  return repair;
}

/**
 * Sets the bytes aside, and removes them from the blob's place: the row begins anew as `storing`. See `BlobRemoval`,
 * which keeps uploads of the blob away meanwhile.
 */
async function removeBytes(run: CheckRun, row: BlobRow): Promise<Repair> {
  const repair: Repair = {};
  try {
    // Before the row is marked, since the bytes may be many and a removal must not take long.
    const name = await quarantine(run, row.digest);
    const removed = await removeFromPlace(run, row, repair);
    // Somebody stored the blob anew meanwhile.
    if (!removed && repair.failure === undefined) await run.storage.quarantine.delete(name);
  } catch (error) {
    repair.failure = `they cannot be set aside (${messageOf(error)})`;
  }
  return repair;
}

async function removeFromPlace(run: CheckRun, row: BlobRow, repair: Repair): Promise<boolean> {
  const removed = await run.removal.remove([row.digest], {
    onError: (error) => void (repair.failure = describe(error)),
    mark: async (transaction, { until }) => {
      const marked = await updateIfSame(transaction, row)
        .set({ state: "deleting", grace_until: until })
        .returning("digest")
        .execute();
      return marked.map(() => row.digest);
    },
  });
  return removed.length > 0;
}

function describe(error: unknown): string {
  return `storage does not remove them (${messageOf(error)})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function setLive(run: CheckRun, row: BlobRow, sizeBytes: number): Promise<Repair> {
  const set = await run.database.write((transaction) =>
    updateIfSame(transaction, row)
      .set({ state: "live", size: sizeBytes, grace_until: run.now() + BLOB_GRACE_MS })
      .returning("digest")
      .execute(),
  );
  return set.length > 0 ? { repaired: "what is said of the blob was put right; its bytes were whole" } : {};
}

/** An upload that ends, and whoever counts on the blob, writes to the row's grace. */
function updateIfSame(transaction: WriteTransaction, row: BlobRow) {
  return transaction
    .updateTable("blobs")
    .where("digest", "=", row.digest)
    .where("state", "=", row.state)
    .where("created_at", "=", row.created_at)
    .where("grace_until", "=", row.grace_until);
}
