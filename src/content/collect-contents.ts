import { sql, type ExpressionBuilder } from "kysely";
import type { Queryable, WriteTransaction } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { Digest } from "../oci/digest.ts";
import { PAGE_ROWS, type Collection } from "./collection.ts";

/** Removes the bytes of manifests that no repository has, nor could have again. */
export async function collectContents(collection: Collection): Promise<void> {
  let last: string | undefined = "";
  while (last !== undefined) {
    const after: string = last;
    const rows = await collection.database.read
      .selectFrom("manifest_contents")
      .select((eb) => [
        "digest",
        sql<number>`length(content)`.as("size"),
        eb(countOf(eb, "manifests"), "+", countOf(eb, "deletions")).as("holders"),
      ])
      .where("digest", ">", after)
      .orderBy("digest")
      .limit(PAGE_ROWS)
      .execute();
    const idle = rows.filter((row) => row.holders === collection.foreseen.contents(row.digest as Digest));
    await removeContents(collection, new Map(idle.map((row) => [row.digest as Digest, row.size])));
    await collection.giveWay();
    last = rows.length < PAGE_ROWS ? undefined : rows.at(-1)?.digest;
  }
}

/** How many hold a manifest's bytes: repositories that have it, or what can be restored. */
function countOf(eb: ExpressionBuilder<Tables, "manifest_contents">, holders: "manifests" | "deletions") {
  return eb
    .selectFrom(holders)
    .select((count) => count.fn.countAll<number>().as("count"))
    .whereRef(`${holders}.digest`, "=", "manifest_contents.digest")
    .$asScalar();
}

async function removeContents(collection: Collection, sizes: Map<Digest, number>): Promise<void> {
  if (sizes.size === 0) return;
  const digests = [...sizes.keys()];
  const removed = collection.dryRun
    ? digests
    : // Relaxed: what comes back after a power failure is removed by the next collection.
      await collection.database.write((transaction) => take(transaction, collection, digests), {
        relaxed: true,
      });
  collection.add(
    "contents",
    removed.map((digest) => sizes.get(digest) ?? 0),
  );
}

/** The rows are locked before they are judged; a push that counted on one finds it gone, and stores it: see `put`. */
async function take(
  transaction: WriteTransaction,
  { database }: Collection,
  digests: readonly Digest[],
): Promise<Digest[]> {
  const locked = await transaction
    .selectFrom("manifest_contents")
    .select("digest")
    .where("digest", "in", digests)
    .$if(database.kind === "postgres", (rows) => rows.forUpdate().skipLocked())
    .execute();
  if (locked.length === 0) return [];
  return deleteUnheld(
    transaction,
    locked.map((row) => row.digest),
  );
}

async function deleteUnheld(transaction: Queryable, digests: readonly string[]): Promise<Digest[]> {
  const removed = await transaction
    .deleteFrom("manifest_contents")
    .where("digest", "in", digests)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("manifests")
            .select("manifests.digest")
            .whereRef("manifests.digest", "=", "manifest_contents.digest"),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("deletions")
            .select("deletions.id")
            .whereRef("deletions.digest", "=", "manifest_contents.digest"),
        ),
      ),
    )
    .returning("digest")
    .execute();
  return removed.map((row) => row.digest as Digest);
}
