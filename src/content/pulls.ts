import type { WriteTransaction } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { Pulls } from "./content.ts";
import type { ContentContext } from "./context.ts";
import { MAX_DEFERRED_MS, touchKeys, type DirtyKeyBell } from "./dirty-keys.ts";
import { markUsed } from "./manifest-use.ts";
import { repositoryId } from "./repositories.ts";

/** Repositories whose last showing is remembered; forgetting one shows it early. */
const MAX_REMEMBERED = 100_000;

/**
 * Counts pulls, and adds them to their repositories in batches. A repository's status shows them at once, or, when it
 * did so in the last ten minutes, when these are over: its dirty key waits for that, whatever becomes of the process.
 */
export function createPulls({ database, now }: ContentContext, dirtyKeys: DirtyKeyBell): Pulls {
  let counted: Counts = new Map();
  const shownAt = new Map<RepositoryName, number>();

  function add(repository: RepositoryName, digest: Digest, times: number): void {
    const digests = counted.get(repository) ?? new Map<Digest, number>();
    counted.set(repository, digests);
    digests.set(digest, (digests.get(digest) ?? 0) + times);
  }

  return {
    count: (repository, digest) => add(repository, digest, 1),

    async flush() {
      if (counted.size === 0) return;
      const batch = counted;
      counted = new Map();
      if (shownAt.size > MAX_REMEMBERED) shownAt.clear();
      const due = new Map([...batch.keys()].map((repository) => [repository, nextShowing(repository)]));
      try {
        await database.write((transaction) => addBatch(transaction, { batch, due, now: now() }), {
          relaxed: true,
        });
      } catch (error) {
        for (const [repository, digests] of batch) {
          for (const [digest, times] of digests) add(repository, digest, times);
        }
        throw error;
      }
      for (const [repository, at] of due) shownAt.set(repository, at);
      dirtyKeys.ring();
    },
  };

  /** When it is shown next: as was said before, if that is still to come. */
  function nextShowing(repository: RepositoryName): number {
    const last = shownAt.get(repository) ?? -Infinity;
    return last > now() ? last : Math.max(now(), last + MAX_DEFERRED_MS);
  }
}

type Counts = Map<RepositoryName, Map<Digest, number>>;

async function addBatch(
  transaction: WriteTransaction,
  { batch, due, now }: { batch: Counts; due: ReadonlyMap<RepositoryName, number>; now: number },
): Promise<void> {
  // In one order, so that of two hubs that count the same one waits for the other, and not both.
  for (const [repository, digests] of [...batch].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const id = await repositoryId(transaction, repository);
    if (id === undefined) continue;
    await addPulls(transaction, id, digests);
    await markUsed(transaction, { id, digests: [...digests.keys()], now });
    await touchKeys(transaction, [{ kind: "repository", key: repository }], due.get(repository) ?? now);
  }
}

/** A client that pulls one platform gets the index and then a manifest in it: only what a tag names counts. */
async function addPulls(
  transaction: WriteTransaction,
  id: number,
  digests: Map<Digest, number>,
): Promise<void> {
  let pulls = 0;
  for (const [digest, times] of digests) {
    const tag = await transaction
      .selectFrom("tags")
      .select("name")
      .where("repository_id", "=", id)
      .where("digest", "=", digest)
      .where("artifact", "=", 0)
      .limit(1)
      .executeTakeFirst();
    if (tag) pulls += times;
  }
  if (pulls === 0) return;
  await transaction
    .updateTable("repositories")
    .set((eb) => ({ pulls: eb("pulls", "+", pulls) }))
    .where("id", "=", id)
    .execute();
}
