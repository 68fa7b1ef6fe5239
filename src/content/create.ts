import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import { createHoldBlob } from "./blob-claims.ts";
import { createBlobRemoval } from "./blob-removal.ts";
import { createBlobs } from "./blobs.ts";
import { createChecker } from "./check/create.ts";
import type { Content, SparseManifests } from "./content.ts";
import type { ContentContext } from "./context.ts";
import { createDeletionList } from "./deletion-list.ts";
import { createDirtyKeys } from "./dirty-keys.ts";
import { inRegistryWords } from "./errors.ts";
import { createGarbage } from "./garbage-collection.ts";
import { createOpenHasher } from "./hashing/open-hasher.ts";
import { createImporter } from "./import/create.ts";
import { createManifests } from "./manifests.ts";
import { createPulls } from "./pulls.ts";
import { createReferrers } from "./referrers.ts";
import { createRepositories } from "./repositories.ts";
import { createRestore } from "./restore.ts";
import { createTags } from "./tags.ts";
import { createUploads } from "./uploads.ts";

/** How often counted pulls are added: often enough to lose few, seldom enough to cost nothing. */
const FLUSH_PULLS_EVERY_MS = 10_000;

const DEFAULT_UNDELETE_MS = 7 * 24 * 60 * 60 * 1000;

export interface ContentOptions {
  database: Database;
  storage: BlobStorage;
  /** Where a thread of its own can open the storage to hash what is there; default: hashed in this thread. */
  storageUrl?: string;
  /** Default `indexes`: an index may come before its manifests, an image needs its blobs. */
  sparseManifests?: SparseManifests;
  /** For so long what was deleted can be restored; 0: not at all. Default 7 days. */
  undeleteMs?: number;
  /** Default Date.now. */
  now?: () => number;
}

export function createContent({
  database,
  storage,
  storageUrl,
  sparseManifests = "indexes",
  undeleteMs = DEFAULT_UNDELETE_MS,
  now = Date.now,
}: ContentOptions): Content {
  const context: ContentContext = {
    database: inRegistryWordsAll(database),
    storage,
    sparseManifests,
    undeleteMs,
    now,
  };
  const dirtyKeys = createDirtyKeys(context);
  const tags = createTags(context, dirtyKeys);
  const repositories = createRepositories(context);
  const manifests = createManifests(context, { tags, dirtyKeys });
  const removal = createBlobRemoval(context);
  const holdBlob = createHoldBlob(context, removal);
  const openHasher = createOpenHasher(storage, storageUrl);
  const pulls = createPulls(context, dirtyKeys);
  // What cannot be added now is kept, and added at a later turn.
  const timer = setInterval(() => void pulls.flush().catch(() => undefined), FLUSH_PULLS_EVERY_MS).unref();
  return {
    repositories,
    tags,
    manifests,
    blobs: createBlobs(context, dirtyKeys),
    uploads: createUploads(context, { holdBlob, dirtyKeys }),
    referrers: createReferrers(context),
    dirtyKeys,
    pulls,
    deletions: { ...createDeletionList(context), restore: createRestore(context, dirtyKeys) },
    garbage: createGarbage(context, { removal, pulls }),
    importer: createImporter(
      { ...context, repositories, tags, manifests, holdBlob, dirtyKeys },
      { openHasher, storageUrl },
    ),
    checker: createChecker(context, { removal, openHasher }),
    async close() {
      clearInterval(timer);
      await pulls.flush();
    },
  };
}

function inRegistryWordsAll(database: Database): Database {
  return { ...database, write: (work, options) => inRegistryWords(() => database.write(work, options)) };
}
