import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import type { SparseManifests } from "./content.ts";

/** What every noun of this module works with. */
export interface ContentContext {
  database: Database;
  storage: BlobStorage;
  sparseManifests: SparseManifests;
  /** Milliseconds since 1970. */
  now: () => number;
}
