import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import type { SparseManifests } from "./content.ts";

/** What every noun of this module works with. */
export interface ContentContext {
  database: Database;
  storage: BlobStorage;
  sparseManifests: SparseManifests;
  /** For so long what was deleted can be restored; 0: not at all. */
  undeleteMs: number;
  /** Milliseconds since 1970. */
  now: () => number;
}
