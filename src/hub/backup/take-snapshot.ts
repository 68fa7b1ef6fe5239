import type { BlobStorage } from "../../blob-storage/port.ts";
import type { Database } from "../../database/database.ts";
import { dumpDatabase } from "../../database/dump/write-dump.ts";
import { lifeOf, parseSnapshotName, snapshotName } from "./snapshot-name.ts";

export interface SnapshotContext {
  database: Pick<Database, "kind" | "openSnapshot" | "incarnation">;
  storage: Pick<BlobStorage, "snapshots">;
  /** This program's version. */
  program: string;
  now: () => number;
  signal?: AbortSignal;
}

/** Writes a dump of the database into storage. @returns its name */
export async function takeSnapshot({ database, storage, now, ...options }: SnapshotContext): Promise<string> {
  const name = snapshotName(new Date(now()), database.incarnation);
  await storage.snapshots.write(name, dumpDatabase(database, { ...options, now }));
  return name;
}

/**
 * Removes snapshots from before a time, but never the newest. Those of other lives stay: they are of the database that
 * was lost or replaced, and may be all that is left of it.
 * @returns how many went
 */
export async function removeOldSnapshots(
  { database, storage }: Pick<SnapshotContext, "database" | "storage">,
  before: Date,
): Promise<number> {
  const own: { name: string; at: Date }[] = [];
  for await (const { name } of storage.snapshots.list()) {
    const parsed = parseSnapshotName(name);
    if (parsed?.life === lifeOf(database.incarnation)) own.push(parsed);
  }
  const old = own
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())
    .slice(1)
    .filter(({ at }) => at < before);
  for (const { name } of old) await storage.snapshots.delete(name);
  return old.length;
}
