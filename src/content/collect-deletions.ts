import type { Digest } from "../oci/digest.ts";
import { PAGE_ROWS, type Collection } from "./collection.ts";

/** Forgets what was deleted long ago, so that it can no longer be restored, and its content is garbage. */
export async function collectDeletions(collection: Collection): Promise<void> {
  for await (const ids of pagesOfExpired(collection)) {
    if (collection.dryRun) await foresee(collection, ids);
    // Relaxed: what comes back after a power failure is taken by the next collection.
    else
      await collection.database.write(
        (transaction) => transaction.deleteFrom("deletions").where("id", "in", ids).execute(),
        { relaxed: true },
      );
    await collection.giveWay();
  }
}

async function* pagesOfExpired({ database, now, undeleteMs }: Collection): AsyncGenerator<number[]> {
  const deletedSince = now() - undeleteMs;
  let last: { deleted_at: number; id: number } | undefined = { deleted_at: 0, id: 0 };
  while (last) {
    const { deleted_at, id }: { deleted_at: number; id: number } = last;
    const rows = await database.read
      .selectFrom("deletions")
      .select(["deleted_at", "id"])
      .where((eb) => eb(eb.refTuple("deleted_at", "id"), ">", eb.tuple(deleted_at, id)))
      .where("deleted_at", "<=", deletedSince)
      .orderBy("deleted_at")
      .orderBy("id")
      .limit(PAGE_ROWS)
      .execute();
    if (rows.length > 0) yield rows.map((row) => row.id);
    last = rows.length < PAGE_ROWS ? undefined : rows.at(-1);
  }
}

async function foresee({ database, foreseen }: Collection, ids: readonly number[]): Promise<void> {
  const contents = await database.read
    .selectFrom("deletions")
    .select("digest")
    .where("id", "in", ids)
    .execute();
  for (const { digest } of contents) foreseen.addContent(digest as Digest);
  const blobs = await database.read
    .selectFrom("deletion_blobs")
    .select("digest")
    .where("deletion_id", "in", ids)
    .execute();
  for (const { digest } of blobs) foreseen.addLink(digest as Digest);
}
