import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import { hasContent } from "./backup/has-content.ts";
import { listSnapshots } from "./backup/list-snapshots.ts";
import { lifeOf, type SnapshotName } from "./backup/snapshot-name.ts";

/**
 * Looks for what storage has left of a database that is not this one, while this one is empty: then a data folder was
 * lost, and what is pushed now would be of another life. An ordinary start asks the database alone, for one row.
 * @returns the newest such snapshot
 */
export async function findLeftSnapshot({
  database,
  storage,
  logger,
}: {
  database: Database;
  storage: Pick<BlobStorage, "snapshots">;
  logger: { warn(facts: object, message: string): void };
}): Promise<SnapshotName | undefined> {
  if (await hasContent(database)) return undefined;
  try {
    const snapshots = await listSnapshots(storage);
    const left = snapshots.find(({ life }) => life !== lifeOf(database.incarnation));
    if (left) {
      logger.warn(
        { snapshot: left.name },
        `storage holds a snapshot of the database of ${left.at.toISOString()}, and this database is empty; to have it back: stop this hub, then imagehub restore --from-storage`,
      );
    }
    return left;
  } catch (err) {
    // An empty hub can do without.
    logger.warn({ err }, "cannot look for snapshots of a lost database in storage");
    return undefined;
  }
}
