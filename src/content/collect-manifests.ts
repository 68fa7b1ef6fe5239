import type { WriteTransaction } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import { PAGE_ROWS, type Collection } from "./collection.ts";
import { MANIFEST_KEPT_MS } from "./manifest-use.ts";
import { findUnreachable, type ReachQuery } from "./unreachable.ts";

/** Takes manifests that no tag reaches and nobody has used for long, with their links. */
export async function collectManifests(collection: Collection): Promise<void> {
  // Of manifests with very many above them, a round takes the uppermost, so each round leaves fewer; one ends it all.
  let round;
  do round = await sweep(collection);
  while (round.deferred > 0 && round.taken > 0);
}

interface Candidate {
  repository_id: number;
  digest: string;
}

async function sweep(collection: Collection): Promise<{ taken: number; deferred: number }> {
  const usedSince = collection.now() - MANIFEST_KEPT_MS;
  const deletedSince = collection.now() - collection.undeleteMs;
  const outcome = { taken: 0, deferred: 0 };
  for await (const candidates of candidatePages(collection, usedSince)) {
    for (const { repository_id, digest } of candidates) {
      const repositoryId = repository_id;
      const isGone = (other: Digest) => collection.foreseen.hasManifest(repositoryId, other);
      if (isGone(digest as Digest)) continue;
      const query: ReachQuery = { repositoryId, digest: digest as Digest, usedSince, deletedSince, isGone };
      const taken = await takeUnreachable(collection, query);
      if (taken === "later") outcome.deferred += 1;
      else outcome.taken += taken;
      await collection.giveWay();
    }
    await collection.giveWay();
  }
  return outcome;
}

/** Untagged manifests that were not used for long, in pages of those that were looked at. */
async function* candidatePages({ database }: Collection, usedSince: number): AsyncGenerator<Candidate[]> {
  let last: Candidate | undefined = { repository_id: 0, digest: "" };
  while (last) {
    const { repository_id, digest }: Candidate = last;
    const rows = await database.read
      .selectFrom("manifests")
      .select((eb) => [
        "repository_id",
        "digest",
        "pushed_at",
        "pulled_at",
        eb
          .exists(
            eb
              .selectFrom("tags")
              .select("tags.name")
              .whereRef("tags.repository_id", "=", "manifests.repository_id")
              .whereRef("tags.digest", "=", "manifests.digest"),
          )
          .as("tagged"),
      ])
      .where((eb) => eb(eb.refTuple("repository_id", "digest"), ">", eb.tuple(repository_id, digest)))
      .orderBy("repository_id")
      .orderBy("digest")
      .limit(PAGE_ROWS)
      .execute();
    yield rows.filter((row) => !row.tagged && Math.max(row.pushed_at, row.pulled_at) <= usedSince);
    last = rows.length < PAGE_ROWS ? undefined : rows.at(-1);
  }
}

async function takeUnreachable(collection: Collection, query: ReachQuery): Promise<number | "later"> {
  const { database, dryRun, foreseen } = collection;
  const unreachable = await findUnreachable(database.read, query);
  if (unreachable === "reachable") return 0;
  if (unreachable === "too many above") return "later";
  if (dryRun) {
    for (const digest of unreachable) foreseen.addManifest(query.repositoryId, digest);
  }
  const taken = dryRun
    ? unreachable.size
    : // Relaxed: what comes back after a power failure is taken by the next collection.
      await database.write((transaction) => take(transaction, collection, { ...query, unreachable }), {
        relaxed: true,
      });
  // Their bytes are counted with what holds them.
  collection.add(
    "manifests",
    Array.from({ length: taken }, () => 0),
  );
  return taken;
}

/**
 * Deletes manifests that are still unreachable, all or none. Their rows are locked before they are judged, and who
 * would reach one writes to its row first (a push of it, a pull, an index that names it): in PostgreSQL that waits
 * for this transaction, or has been seen by it; one that others hold is left to the next collection.
 */
async function take(
  transaction: WriteTransaction,
  { database }: Collection,
  { unreachable, ...query }: ReachQuery & { unreachable: ReadonlySet<Digest> },
): Promise<number> {
  const digests = [...unreachable];
  const locked = await transaction
    .selectFrom("manifests")
    .select("digest")
    .where("repository_id", "=", query.repositoryId)
    .where("digest", "in", digests)
    .$if(database.kind === "postgres", (rows) => rows.forUpdate().skipLocked())
    .execute();
  if (locked.length !== digests.length) return 0;
  const again = await findUnreachable(transaction, query);
  if (typeof again === "string" || again.symmetricDifference(unreachable).size > 0) return 0;
  await transaction
    .deleteFrom("manifests")
    .where("repository_id", "=", query.repositoryId)
    .where("digest", "in", digests)
    .execute();
  return digests.length;
}
