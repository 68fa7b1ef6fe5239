import type { WriteTransaction } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import { slicesOf } from "./batches.ts";
import { isHeld } from "./blob-rows.ts";
import { PAGE_ROWS, type Collection } from "./collection.ts";

/** Blobs that are `deleting` at once: their uploads wait, and a removal in storage takes some milliseconds. */
export const BLOBS_AT_ONCE = 20;

/** Removes blobs that nothing holds and whose grace is over, and those that an earlier collection left half-way. */
export async function collectBlobs(collection: Collection): Promise<void> {
  for await (const blobs of idlePages(collection)) {
    const sizes = new Map(blobs.map((row) => [row.digest as Digest, row.size]));
    const [begun, idle] = [
      blobs.filter((row) => row.state === "deleting"),
      blobs.filter((row) => row.state !== "deleting"),
    ].map((rows) =>
      slicesOf(
        rows.map((row) => row.digest as Digest),
        BLOBS_AT_ONCE,
      ),
    );
    for (const digests of begun ?? []) await removeBlobs(collection, { digests, sizes, begun: true });
    for (const digests of idle ?? []) await removeBlobs(collection, { digests, sizes, begun: false });
    await collection.giveWay();
  }
}

interface BlobRow {
  digest: string;
  size: number;
  state: "storing" | "live" | "deleting";
}

async function* idlePages(collection: Collection): AsyncGenerator<BlobRow[]> {
  const { database, now } = collection;
  let last: string | undefined = "";
  while (last !== undefined) {
    const after: string = last;
    const rows = await database.read
      .selectFrom("blobs")
      .select((eb) => ["digest", "size", "state", "grace_until", isHeld(eb).as("held")])
      .where("digest", ">", after)
      .orderBy("digest")
      .limit(PAGE_ROWS)
      .execute();
    const idle: BlobRow[] = [];
    for (const row of rows) {
      // What is `deleting` may be held: a repair took its damaged bytes, and was cut off.
      const isOver = row.state === "deleting" || (row.grace_until <= now() && !row.held);
      if (isOver || (await losesAllHolders(collection, row))) idle.push(row);
    }
    yield idle;
    last = rows.length < PAGE_ROWS ? undefined : rows.at(-1)?.digest;
  }
}

/** For dry runs. */
async function losesAllHolders(
  { database, foreseen, now }: Collection,
  row: Pick<BlobRow, "digest"> & { grace_until: number },
): Promise<boolean> {
  const digest = row.digest as Digest;
  if (row.grace_until > now() || foreseen.links(digest) === 0) return false;
  let holders = 0;
  for (const table of ["repository_blobs", "deletion_blobs"] as const) {
    const { count } = await database.read
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("digest", "=", digest)
      .executeTakeFirstOrThrow();
    holders += count;
  }
  return holders === foreseen.links(digest);
}

async function removeBlobs(
  collection: Collection,
  { digests, sizes, begun }: { digests: readonly Digest[]; sizes: Map<Digest, number>; begun: boolean },
): Promise<void> {
  const removed = collection.dryRun ? digests : await remove(collection, digests, begun);
  collection.add(
    "blobs",
    removed.map((digest) => sizes.get(digest) ?? 0),
  );
  await collection.giveWay();
}

function remove(collection: Collection, digests: readonly Digest[], begun: boolean): Promise<Digest[]> {
  const onError = (error: unknown) => collection.fail(error);
  if (begun) return collection.removal.resume(digests, { onError });
  return collection.removal.remove(digests, {
    onError,
    mark: (transaction, marked) => markUnneeded(transaction, collection, marked),
  });
}

/**
 * Marks blobs that still nothing holds. Their rows are locked before they are judged: who links one renews its
 * grace first, and so in PostgreSQL waits for this transaction and then sees the mark, or has been seen by it.
 */
async function markUnneeded(
  transaction: WriteTransaction,
  { database, now }: Collection,
  { digests, until }: { digests: readonly Digest[]; until: number },
): Promise<Digest[]> {
  const locked = await transaction
    .selectFrom("blobs")
    .select("digest")
    .where("digest", "in", digests)
    .where("state", "!=", "deleting")
    .where("grace_until", "<=", now())
    .$if(database.kind === "postgres", (rows) => rows.forUpdate().skipLocked())
    .execute();
  if (locked.length === 0) return [];
  const marked = await transaction
    .updateTable("blobs")
    .set({ state: "deleting", grace_until: until })
    .where(
      "digest",
      "in",
      locked.map((row) => row.digest),
    )
    .where((eb) => eb.not(isHeld(eb)))
    .returning("digest")
    .execute();
  return marked.map((row) => row.digest as Digest);
}
