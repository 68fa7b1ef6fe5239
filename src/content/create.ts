import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import { createHoldBlob } from "./blob-claims.ts";
import { createBlobRemoval } from "./blob-removal.ts";
import { createBlobs } from "./blobs.ts";
import type { Content, SparseManifests } from "./content.ts";
import type { ContentContext } from "./context.ts";
import { createDirtyKeys } from "./dirty-keys.ts";
import { inRegistryWords } from "./errors.ts";
import { createGarbage } from "./garbage-collection.ts";
import { createManifests } from "./manifests.ts";
import { createPulls } from "./pulls.ts";
import { createReferrers } from "./referrers.ts";
import { createRepositories } from "./repositories.ts";
import { createTags } from "./tags.ts";
import { createUploads } from "./uploads.ts";

/** How often counted pulls are added: often enough to lose few, seldom enough to cost nothing. */
const FLUSH_PULLS_EVERY_MS = 10_000;

export interface ContentOptions {
  database: Database;
  storage: BlobStorage;
  /** Default `indexes`: an index may come before its manifests, an image needs its blobs. */
  sparseManifests?: SparseManifests;
  /** Default Date.now. */
  now?: () => number;
}

export function createContent({
  database,
  storage,
  sparseManifests = "indexes",
  now = Date.now,
}: ContentOptions): Content {
  const context: ContentContext = { database: inRegistryWordsAll(database), storage, sparseManifests, now };
  const dirtyKeys = createDirtyKeys(context);
  const tags = createTags(context, dirtyKeys);
  const removal = createBlobRemoval(context);
  const pulls = createPulls(context, dirtyKeys);
  // What cannot be added now is kept, and added at a later turn.
  const timer = setInterval(() => void pulls.flush().catch(() => undefined), FLUSH_PULLS_EVERY_MS).unref();
  return {
    repositories: createRepositories(context),
    tags,
    manifests: createManifests(context, { tags, dirtyKeys }),
    blobs: createBlobs(context),
    uploads: createUploads(context, createHoldBlob(context, removal)),
    referrers: createReferrers(context),
    dirtyKeys,
    pulls,
    garbage: createGarbage(context, { removal, pulls }),
    async close() {
      clearInterval(timer);
      await pulls.flush();
    },
  };
}

function inRegistryWordsAll(database: Database): Database {
  return { ...database, write: (work, options) => inRegistryWords(() => database.write(work, options)) };
}
