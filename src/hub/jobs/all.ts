import type { JobKind } from "../../api/jobs/job-kind.ts";
import type { Content } from "../../content/content.ts";
import type { Database } from "../../database/database.ts";
import type { BlobPlace } from "../backup/blob-copier.ts";
import type { GarbageTotals } from "../garbage-totals.ts";
import type { DeletedWords } from "../../resource-store/database/deleted-words.ts";
import { VERSION } from "../version.ts";
import { createBackupJob } from "./backup.ts";
import { createCheckJob } from "./check.ts";
import { createGcJob } from "./gc.ts";
import { createImportJob } from "./import.ts";

/** What the kinds of jobs are made of. */
export interface JobParts {
  content: Content;
  database: Database;
  deletedWords: Pick<DeletedWords, "prune">;
  blobs: BlobPlace;
  /** Where the hub keeps what it has, on this machine. */
  hubFolders: readonly string[];
  garbageTotals: GarbageTotals;
}

/** Every kind of job. */
export function createJobKinds({
  content,
  database,
  deletedWords,
  blobs,
  hubFolders,
  garbageTotals,
}: JobParts): JobKind<unknown>[] {
  return [
    createGcJob({ garbage: content.garbage, deletedWords, totals: garbageTotals }),
    createBackupJob({ database, blobs, hubFolders, program: VERSION }),
    createCheckJob(content.checker),
    createImportJob(content.importer),
  ];
}
