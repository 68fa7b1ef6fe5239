import type { Collection } from "./collection.ts";
import { listQuarantined } from "./quarantine.ts";

/** Removes damaged bytes that were set aside as long ago as a deletion can be undone. */
export async function collectQuarantine(collection: Collection): Promise<void> {
  const { storage, dryRun, undeleteMs } = collection;
  const kept = collection.now() - undeleteMs;
  for await (const { name, sizeBytes, at } of listQuarantined(storage)) {
    if (at.getTime() <= kept) {
      try {
        if (!dryRun) await storage.quarantine.delete(name);
        collection.add("quarantined", [sizeBytes]);
      } catch (error) {
        collection.fail(error);
      }
    }
    await collection.giveWay();
  }
}
