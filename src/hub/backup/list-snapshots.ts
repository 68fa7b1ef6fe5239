import type { BlobStorage } from "../../blob-storage/port.ts";
import { parseSnapshotName, type SnapshotName } from "./snapshot-name.ts";

/** All snapshots of databases in a storage, those of other lives among them, the newest first. */
export async function listSnapshots({ snapshots }: Pick<BlobStorage, "snapshots">): Promise<SnapshotName[]> {
  const found: SnapshotName[] = [];
  for await (const { name } of snapshots.list()) {
    const parsed = parseSnapshotName(name);
    if (parsed) found.push(parsed);
  }
  return found.toSorted((one, other) => other.at.getTime() - one.at.getTime());
}
