import type { Database } from "../../database/database.ts";
import type { BlobPlace } from "./blob-copier.ts";
import type { BlobsReport } from "./copy-blobs.ts";
import type { OnProgress } from "./progress.ts";

export interface BackupOptions {
  /** Absolute, on this machine. */
  folder: string;
  /** Leave out the blobs. Default false. */
  databaseOnly?: boolean;
  /** Copy blobs, also where a link would do. Default false. */
  copy?: boolean;
  /** Read all blobs of the backup, those of earlier ones, too, and copy those anew that are damaged. Default false. */
  verify?: boolean;
}

export interface BackupContext {
  database: Pick<Database, "kind" | "openSnapshot" | "incarnation" | "read">;
  blobs: BlobPlace;
  /** Folders in which no backup may lie, since they are what it saves. Default: none. */
  hubFolders?: readonly string[];
  /** This program's version. */
  program: string;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress;
  /** Default: the system's clock. */
  now?: () => number;
}

export interface BackupReport {
  folder: string;
  /** ISO 8601, UTC: of what the database was then. */
  createdAt: string;
  rows: number;
  /** undefined: the database alone. */
  blobs: BlobsReport | undefined;
}
