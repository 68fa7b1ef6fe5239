import type { WriteTransaction } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import { isNamed, namesOf } from "./blob-names.ts";
import { PAGE_ROWS, type Collection } from "./collection.ts";

/** Takes from repositories the blobs that none of their manifests needs, when the blobs' grace is over. */
export async function collectLinks(collection: Collection): Promise<void> {
  for await (const links of idlePages(collection)) {
    for (const [repositoryId, digests] of byRepository(links)) {
      const taken = collection.dryRun
        ? await foresee(collection, repositoryId, digests)
        : // Relaxed: what comes back after a power failure is taken by the next collection.
          await collection.database.write(
            (transaction) => take(transaction, collection, { repositoryId, digests }),
            { relaxed: true },
          );
      collection.add(
        "links",
        Array.from({ length: taken }, () => 0),
      );
      await collection.giveWay();
    }
    await collection.giveWay();
  }
}

interface Link {
  repository_id: number;
  digest: string;
}

/** Links to blobs whose grace is over that no manifest needs; in a dry run also those that some may not need soon. */
async function* idlePages({ database, now, dryRun }: Collection): AsyncGenerator<Link[]> {
  let last: Link | undefined = { repository_id: 0, digest: "" };
  while (last) {
    const { repository_id, digest }: Link = last;
    const rows = await database.read
      .selectFrom((from) =>
        from
          .selectFrom("repository_blobs")
          .select(["repository_id", "digest"])
          .where((eb) => eb(eb.refTuple("repository_id", "digest"), ">", eb.tuple(repository_id, digest)))
          .orderBy("repository_id")
          .orderBy("digest")
          .limit(PAGE_ROWS)
          .as("page"),
      )
      .innerJoin("blobs", "blobs.digest", "page.digest")
      .select(["page.repository_id", "page.digest", "blobs.grace_until", isNamed("page").as("needed")])
      .orderBy("page.repository_id")
      .orderBy("page.digest")
      .execute();
    yield rows.filter((row) => row.grace_until <= now() && (dryRun || !row.needed));
    last = rows.length < PAGE_ROWS ? undefined : rows.at(-1);
  }
}

function byRepository(links: readonly Link[]): Map<number, Digest[]> {
  const digests = new Map<number, Digest[]>();
  for (const { repository_id, digest } of links) {
    digests.set(repository_id, [...(digests.get(repository_id) ?? []), digest as Digest]);
  }
  return digests;
}

/**
 * Deletes links that still nobody needs. Their rows and those of their blobs are locked before they are judged: who
 * counts on a link renews the blob's grace (mount, HEAD by a pusher) or refers to the link (a manifest), and so in
 * PostgreSQL waits for this transaction, or has been seen by it; what others hold is left to the next collection.
 */
async function take(
  transaction: WriteTransaction,
  { database, now }: Collection,
  { repositoryId, digests }: { repositoryId: number; digests: readonly Digest[] },
): Promise<number> {
  const locked = await transaction
    .selectFrom("repository_blobs")
    .innerJoin("blobs", "blobs.digest", "repository_blobs.digest")
    .select("repository_blobs.digest")
    .where("repository_blobs.repository_id", "=", repositoryId)
    .where("repository_blobs.digest", "in", digests)
    .where("blobs.grace_until", "<=", now())
    .$if(database.kind === "postgres", (rows) => rows.forUpdate().skipLocked())
    .execute();
  if (locked.length === 0) return 0;
  const taken = await transaction
    .deleteFrom("repository_blobs")
    .where("repository_id", "=", repositoryId)
    .where(
      "digest",
      "in",
      locked.map((row) => row.digest),
    )
    .where(({ not }) => not(isNamed("repository_blobs")))
    .returning("digest")
    .execute();
  return taken.length;
}

/** Counts links whose every manifest would be gone. */
async function foresee(
  { database, foreseen }: Collection,
  repositoryId: number,
  digests: readonly Digest[],
): Promise<number> {
  const needs = await namesOf(database.read, digests, { repositoryId });
  const needed = new Set(
    needs
      .filter((need) => !foreseen.hasManifest(repositoryId, need.manifest_digest as Digest))
      .map((need) => need.blob_digest),
  );
  const going = digests.filter((digest) => !needed.has(digest));
  for (const digest of going) foreseen.addLink(digest);
  return going.length;
}
