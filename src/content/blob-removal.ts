import { setTimeout as sleep } from "node:timers/promises";
import type { WriteTransaction } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { BLOB_GRACE_MS, isHeld } from "./blob-rows.ts";
import type { ContentContext } from "./context.ts";

/**
 * How a blob goes, while others may be storing it again:
 *
 *     (no row) → storing → live → deleting → bytes removed → (no row)
 *
 * The danger is an upload that finds the bytes in storage, drops its own as a second copy, and then sees the bytes
 * removed by a collector that had decided so before: a blob without bytes. Therefore:
 *
 * - A collector marks the row `deleting` in a transaction that finds no link to it and its grace over, and touches
 *   storage only after that is on disk. Nothing turns `deleting` back: `recordBlob`, mounts and HEAD refuse it.
 * - An upload holds the row before it touches storage (`holdBlob`): it makes one that is `storing`, or renews the
 *   grace of the one that is there, so no collector takes it for half a day at least. If the row is `deleting`, it
 *   waits here until the row is gone, and then its own bytes are put in place.
 * - A removal that comes late would take bytes that were stored since, so nobody removes what another may still be
 *   removing. Within this process `running` knows; another process has the blob until the row's `grace_until`.
 * - A repair removes bytes that turned out damaged though the blob is held. Its row then begins anew as
 *   `storing`, with another time of creation, until somebody pushes the blob again: an upload that took the damaged
 *   bytes for a first copy of its own holds the old row, and `recordBlob` refuses it.
 * - A process that ends in the middle leaves the row `deleting`; whoever meets it next, collector or upload, removes
 *   the blob once more.
 */
export interface BlobRemoval {
  /**
   * Removes bytes and rows of blobs.
   * @param mark marks those that may go as `deleting`, and returns them
   */
  remove(digests: readonly Digest[], options: RemovalOptions & { mark: Mark }): Promise<Digest[]>;
  /** Removes, of blobs that are `deleting`, those that nobody works on any more. */
  resume(digests: readonly Digest[], options: RemovalOptions): Promise<Digest[]>;
  /** Resolves when a blob is not, or no longer, being removed. @throws OciError TOOMANYREQUESTS when that takes long */
  waitUntilGone(digest: Digest): Promise<void>;
}

export interface RemovalOptions {
  /** Called for each blob that storage does not remove; it stays `deleting`. */
  onError: (error: unknown, digest: Digest) => void;
}

/** `until` goes into `grace_until`. */
export type Mark = (
  transaction: WriteTransaction,
  marked: { digests: readonly Digest[]; until: number },
) => Promise<Digest[]>;

/** No removal of a few blobs takes so long; one that might is given up before it removes another. */
const REMOVAL_MS = 10 * 60 * 1000;
/** Storage may take so long for one, since it tries again: S3's six attempts and their waits take less. */
const ONE_REMOVAL_MS = 7 * 60 * 1000;
/** A client waits so long for a removal by another hub, then comes back. */
const MAX_WAIT_MS = 30_000;
const LOOK_EVERY_MS = 50;

export function createBlobRemoval({ database, storage, now }: ContentContext): BlobRemoval {
  const running = new Map<Digest, Promise<void>>();
  const rowOf = prepare(database, (queryable, { digest }: { digest: Digest }) =>
    queryable.selectFrom("blobs").select(["state", "grace_until"]).where("digest", "=", digest),
  );

  async function remove(
    digests: readonly Digest[],
    { mark, onError }: RemovalOptions & { mark: Mark },
  ): Promise<Digest[]> {
    const mine = digests.filter((digest) => !running.has(digest));
    if (mine.length === 0) return [];
    const done = Promise.withResolvers<void>();
    for (const digest of mine) running.set(digest, done.promise);
    try {
      const until = now() + REMOVAL_MS;
      const marked = await database.write((transaction) => mark(transaction, { digests: mine, until }));
      const removed = await removeBytes(marked, { until, onError });
      await removeRows(removed, until);
      return removed;
    } finally {
      for (const digest of mine) running.delete(digest);
      done.resolve();
    }
  }

  async function removeBytes(
    digests: readonly Digest[],
    { until, onError }: RemovalOptions & { until: number },
  ): Promise<Digest[]> {
    const removed: Digest[] = [];
    for (const digest of digests) {
      if (now() > until - ONE_REMOVAL_MS) break;
      try {
        await storage.delete(digest);
        removed.push(digest);
      } catch (error) {
        onError(error, digest);
      }
    }
    return removed;
  }

  async function removeRows(digests: readonly Digest[], until: number): Promise<void> {
    if (digests.length === 0) return;
    // Relaxed: a row that comes back after a power failure is `deleting`, and is removed once more.
    await database.write(
      async (transaction) => {
        await startAnew(transaction, { digests, until, now: now() });
        await transaction
          .deleteFrom("blobs")
          .where("digest", "in", digests)
          .where("state", "=", "deleting")
          .where("grace_until", "=", until)
          .execute();
      },
      { relaxed: true },
    );
  }

  function resume(digests: readonly Digest[], options: RemovalOptions): Promise<Digest[]> {
    return remove(digests, { ...options, mark: takeOver });
  }

  /** One process alone has an SQLite database: what it does not remove itself, a process began that has ended. */
  async function takeOver(
    transaction: WriteTransaction,
    { digests, until }: { digests: readonly Digest[]; until: number },
  ): Promise<Digest[]> {
    let query = transaction
      .updateTable("blobs")
      .set({ grace_until: until })
      .where("digest", "in", digests)
      .where("state", "=", "deleting");
    if (database.kind === "postgres") query = query.where("grace_until", "<=", now());
    return (await query.returning("digest").execute()).map((row) => row.digest as Digest);
  }

  return {
    remove,
    resume,
    async waitUntilGone(digest) {
      const startedAt = performance.now();
      for (;;) {
        await running.get(digest);
        if ((await rowOf.first({ digest }))?.state !== "deleting") return;
        const [resumed] = await resume([digest], { onError: throwIt });
        if (resumed !== undefined) return;
        if (performance.now() - startedAt > MAX_WAIT_MS) throw tooLong(digest);
        await sleep(LOOK_EVERY_MS);
      }
    },
  };
}

/** Makes the rows of blobs that are held as if their upload had begun now. */
async function startAnew(
  transaction: WriteTransaction,
  { digests, until, now }: { digests: readonly Digest[]; until: number; now: number },
): Promise<void> {
  await transaction
    .updateTable("blobs")
    .set((eb) => ({
      state: "storing" as const,
      // Another time than before, whatever the clock says.
      created_at: eb
        .case()
        .when("created_at", "<", now)
        .then(eb.val(now))
        .else(eb("created_at", "+", 1))
        .end(),
      grace_until: now + BLOB_GRACE_MS,
    }))
    .where("digest", "in", digests)
    .where("state", "=", "deleting")
    .where("grace_until", "=", until)
    .where(isHeld)
    .execute();
}

function throwIt(error: unknown): never {
  throw error;
}

function tooLong(digest: Digest): OciError {
  return new OciError(
    "TOOMANYREQUESTS",
    `Cannot store blob ${digest} yet: an older copy is being removed; try again in some minutes`,
  );
}
