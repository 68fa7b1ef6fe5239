import type { JobKind } from "../../api/jobs/job-kind.ts";
import type { Content } from "../../content/content.ts";
import type { Database } from "../../database/database.ts";
import type { BlobPlace } from "../backup/blob-copier.ts";
import type { GarbageTotals } from "../garbage-totals.ts";
import { VERSION } from "../version.ts";
import { createBackupJob } from "./backup.ts";
import { createCheckJob } from "./check.ts";
import { createGcJob } from "./gc.ts";
import { createImportJob } from "./import.ts";

/** What the kinds of jobs are made of. */
export interface JobParts {
  content: Content;
  database: Database;
  blobs: BlobPlace;
  /** Where the hub keeps what it has, on this machine. */
  hubFolders: readonly string[];
  garbageTotals: GarbageTotals;
}

/** Every kind of job. */
export function createJobKinds({
  content,
  database,
  blobs,
  hubFolders,
  garbageTotals,
}: JobParts): JobKind<unknown>[] {
  return [
    createGcJob({ garbage: content.garbage, totals: garbageTotals }),
    createBackupJob({ database, blobs, hubFolders, program: VERSION }),
    createCheckJob(content.checker),
    createImportJob(content.importer),
  ];
}
