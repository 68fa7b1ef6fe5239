import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import { UploadOffsetError } from "../blob-storage/errors.ts";
import { algorithmOf, type Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { HoldBlob } from "./blob-claims.ts";
import { recordBlob } from "./blob-rows.ts";
import type { UploadPart, Uploads } from "./content.ts";
import type { ContentContext } from "./context.ts";
import type { DirtyKeyBell } from "./dirty-keys.ts";
import { inRegistryWords } from "./errors.ts";
import { createOneWriter } from "./one-writer.ts";
import { repositoryId } from "./repositories.ts";
import { createUploadHashes, type UploadHashes } from "./upload-hashes.ts";
import {
  deleteUpload,
  insertUpload,
  removeUpload,
  requireUpload,
  TOUCH_EVERY_MS,
  touchUpload,
} from "./upload-rows.ts";

/** More than are begun at once; of an older one, storage is asked. */
const MAX_EMPTY = 10_000;

export function createUploads(
  context: ContentContext,
  { holdBlob, dirtyKeys }: { holdBlob: HoldBlob; dirtyKeys: DirtyKeyBell },
): Uploads {
  const { storage, database } = context;
  const hashes = createUploadHashes(storage);
  const empty = new LRUCache<string, true>({ max: MAX_EMPTY });
  const parts: Parts = { ...context, hashes, empty, holdBlob, dirtyKeys };
  const { exclusively } = createOneWriter();

  return {
    async start(repository) {
      const id = randomUUID();
      await insertUpload(context, repository, id);
      // Where another process may get bytes of it, storage is asked.
      if (database.kind === "sqlite") empty.set(id, true);
      return id;
    },

    async size(repository, id) {
      await requireUpload(context, repository, id);
      return (await storage.uploadSize(id)) ?? 0;
    },

    async append(repository, id, part) {
      await requireUpload(context, repository, id);
      return exclusively(id, (untilOvertaken) =>
        inRegistryWords(() => appendBody(parts, { id, part: { ...part, body: untilOvertaken(part.body) } })),
      );
    },

    async finish(repository, id, digest, last) {
      await requireUpload(context, repository, id);
      await exclusively(id, (untilOvertaken) =>
        inRegistryWords(async () => {
          if (last) {
            const body = untilOvertaken(last.body);
            await appendBody(parts, { id, part: { algorithm: algorithmOf(digest), ...last, body } });
          }
          await finishUpload(parts, { repository, id, digest });
        }),
      );
    },

    async cancel(repository, id) {
      await requireUpload(context, repository, id);
      await exclusively(id, async () => {
        hashes.forget(id);
        await storage.cancel(id);
        await removeUpload(context, id);
      });
    },
  };
}

interface Parts extends ContentContext {
  hashes: UploadHashes;
  /** Uploads that were begun here and got no byte since: what they hold need not be asked. */
  empty: LRUCache<string, true>;
  holdBlob: HoldBlob;
  dirtyKeys: DirtyKeyBell;
}

async function appendBody(parts: Parts, { id, part }: { id: string; part: UploadPart }): Promise<number> {
  const { storage, hashes, empty } = parts;
  const held = empty.delete(id) ? 0 : ((await storage.uploadSize(id)) ?? 0);
  const offset = part.offset ?? held;
  if (offset !== held) throw outOfOrder(id, { offset, held });
  const feedHash = hashes.begin(id, { offset, algorithm: part.algorithm ?? "sha256" });
  const keepAlive = createKeepAlive(parts, id);
  const onChunk = (chunk: Uint8Array): void => {
    feedHash(chunk);
    keepAlive();
  };
  try {
    return await storage.append(id, part.body, { offset, onChunk });
  } catch (error) {
    if (error instanceof UploadOffsetError) throw outOfOrder(id, { offset, held: error.expected });
    throw error;
  } finally {
    hashes.settle(id, (await storage.uploadSize(id)) ?? 0);
  }
}

/** A body may come slowly for longer than an idle upload is kept, so its row is touched while it comes. */
function createKeepAlive(context: ContentContext, id: string): () => void {
  let touchedAt = context.now();
  return () => {
    if (context.now() - touchedAt < TOUCH_EVERY_MS) return;
    touchedAt = context.now();
    // One that fails is made good by the next: a day's worth of them would have to.
    void touchUpload(context, id).catch(() => false);
  };
}

async function finishUpload(
  { storage, database, now, hashes, holdBlob, dirtyKeys }: Parts,
  { repository, id, digest }: { repository: RepositoryName; id: string; digest: Digest },
): Promise<void> {
  const sizeBytes = (await storage.uploadSize(id)) ?? (await storeEmpty(storage, id));
  const actual = await hashes.digest(id, { expected: digest, sizeBytes });
  if (actual !== digest) {
    throw new OciError(
      "DIGEST_INVALID",
      `Cannot finish upload: its ${sizeBytes} bytes have digest ${actual}, expected ${digest}`,
      {
        detail: { digest, actual, size: sizeBytes },
      },
    );
  }
  const createdAt = await holdBlob(digest, sizeBytes);
  await storage.finish(id, digest);
  hashes.forget(id);
  const touched = await database.write(async (transaction) => {
    const repositoryRow = await repositoryId(transaction, repository);
    if (repositoryRow === undefined)
      throw new OciError("NAME_UNKNOWN", `Cannot finish upload: ${repository} was deleted meanwhile`);
    await deleteUpload.all(transaction, { id });
    return recordBlob(transaction, { id: repositoryRow, digest, sizeBytes, createdAt, now: now() });
  });
  if (touched) dirtyKeys.ring();
}

/** A blob may have no bytes; its upload got no body then. */
async function storeEmpty(storage: ContentContext["storage"], id: string): Promise<number> {
  return storage.append(id, noBytes(), { offset: 0 });
}

// oxlint-disable-next-line require-yield -- an empty body yields nothing
async function* noBytes(): AsyncGenerator<Uint8Array> {}

function outOfOrder(id: string, { offset, held }: { offset: number; held: number }): OciError {
  return new OciError(
    "RANGE_INVALID",
    `Cannot append to upload ${id} at byte ${offset}: it holds ${held} bytes, continue there`,
    {
      detail: { offset, expected: held },
    },
  );
}
