import { UploadChangedError, UploadOffsetError } from "../blob-storage/errors.ts";
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
import { deleteUpload, removeUpload, TOUCH_EVERY_MS } from "./upload-rows.ts";
import { createUploadSessions, type UploadSessions, type UploadState } from "./upload-sessions.ts";

export function createUploads(
  context: ContentContext,
  { holdBlob, dirtyKeys }: { holdBlob: HoldBlob; dirtyKeys: DirtyKeyBell },
): Uploads {
  const { storage } = context;
  const hashes = createUploadHashes(storage);
  const sessions = createUploadSessions(context);
  const parts: Parts = { ...context, hashes, sessions, holdBlob, dirtyKeys };
  const { exclusively } = createOneWriter();

  return {
    start: (repository) => sessions.begin(repository),

    async size(repository, id) {
      await sessions.require(repository, id);
      return (await storage.uploadSize(id)) ?? 0;
    },

    async append(repository, id, part) {
      const { hasRow } = await sessions.require(repository, id);
      if (!hasRow) await sessions.record(repository, id);
      return exclusively(id, (untilOvertaken) =>
        inRegistryWords(async () => {
          // Whoever ended it meanwhile need not have known of the row.
          if (!hasRow && sessions.hasEnded(id)) await removeUpload(context, id);
          sessions.requireOpen(id);
          const body = untilOvertaken(part.body);
          const empty = sessions.takeEmpty(id);
          return appendBody(parts, { repository, id, empty, part: { ...part, body } });
        }),
      );
    },

    async finish(repository, id, digest, last) {
      const known = await sessions.require(repository, id);
      await exclusively(id, (untilOvertaken) =>
        inRegistryWords(async () => {
          sessions.requireOpen(id);
          const body = last && untilOvertaken(last.body);
          const part = last && body && { algorithm: algorithmOf(digest), ...last, body };
          await appendAndFinish(parts, { repository, id, digest, part, known });
          sessions.end(id);
        }),
      );
    },

    async cancel(repository, id) {
      await sessions.require(repository, id);
      await exclusively(id, async () => {
        hashes.forget(id);
        await storage.cancel(id);
        await removeUpload(context, id);
        sessions.end(id);
      });
    },
  };
}

interface Parts extends ContentContext {
  hashes: UploadHashes;
  sessions: UploadSessions;
  holdBlob: HoldBlob;
  dirtyKeys: DirtyKeyBell;
}

interface Upload {
  repository: RepositoryName;
  id: string;
}

/** What came of an upload that cannot be finished is kept, so that its client can go on. */
async function appendAndFinish(
  parts: Parts,
  {
    part,
    known,
    digest,
    ...upload
  }: Upload & { digest: Digest; part: UploadPart | undefined; known: UploadState },
): Promise<void> {
  const empty = parts.sessions.takeEmpty(upload.id);
  const { hasRow } = empty ?? known;
  try {
    if (part) await appendBody(parts, { ...upload, empty, part });
    await finishUpload(parts, { ...upload, digest, mayHaveRow: empty?.hasRow ?? true });
  } catch (error) {
    if (!hasRow) await keepUnfinished(parts, upload);
    throw error;
  }
}

async function keepUnfinished(
  { sessions, storage, hashes }: Parts,
  { repository, id }: Upload,
): Promise<void> {
  try {
    await sessions.record(repository, id);
  } catch (error) {
    // Any other failure passes: without a row the upload goes on as well, or a collection takes it as left over.
    if (!(error instanceof OciError)) return;
    hashes.forget(id);
    await storage.cancel(id);
  }
}

async function appendBody(
  { storage, hashes, sessions, now }: Parts,
  { repository, id, empty, part }: Upload & { empty: UploadState | undefined; part: UploadPart },
): Promise<number> {
  const held = empty ? 0 : ((await storage.uploadSize(id)) ?? 0);
  const offset = part.offset ?? held;
  if (offset !== held) throw outOfOrder(id, { offset, held });
  const feedHash = hashes.begin(id, { offset, algorithm: part.algorithm ?? "sha256" });
  const keepAlive = createKeepAlive(now, () => {
    if (empty) empty.hasRow = true;
    return sessions.keep(repository, id);
  });
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
function createKeepAlive(now: () => number, keep: () => Promise<void>): () => void {
  let keptAt = now();
  return () => {
    if (now() - keptAt < TOUCH_EVERY_MS) return;
    keptAt = now();
    // One that fails is made good by the next: a day's worth of them would have to.
    void keep().catch(() => undefined);
  };
}

async function finishUpload(
  parts: Parts,
  { repository, id, digest, mayHaveRow }: Upload & { digest: Digest; mayHaveRow: boolean },
): Promise<void> {
  const { database, now, hashes, dirtyKeys } = parts;
  const { sizeBytes, createdAt } = await storeBlob(parts, { id, digest });
  hashes.forget(id);
  const touched = await database.write(async (transaction) => {
    const repositoryRow = await repositoryId(transaction, repository);
    if (repositoryRow === undefined)
      throw new OciError("NAME_UNKNOWN", `Cannot finish upload: ${repository} was deleted meanwhile`);
    if (mayHaveRow) await deleteUpload.all(transaction, { id });
    return recordBlob(transaction, { id: repositoryRow, digest, sizeBytes, createdAt, now: now() });
  });
  if (touched) dirtyKeys.ring();
}

interface StoredBlob {
  sizeBytes: number;
  /** What `holdBlob` gave. */
  createdAt: number;
}

/** Another hub may end its work for a client that has lost it; with more, somebody writes on and on. */
const MAX_ATTEMPTS = 3;

/** Where another hub has written to the upload, the bytes that are there now are hashed. */
async function storeBlob(parts: Parts, upload: { id: string; digest: Digest }): Promise<StoredBlob> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await storeHashed(parts, upload);
    } catch (error) {
      if (!(error instanceof UploadChangedError)) throw error;
      parts.hashes.forget(upload.id);
      if (attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

async function storeHashed(
  { storage, hashes, holdBlob }: Parts,
  { id, digest }: { id: string; digest: Digest },
): Promise<StoredBlob> {
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
  return { sizeBytes, createdAt };
}

/** A blob may have no bytes; its upload got no body then. */
async function storeEmpty(storage: ContentContext["storage"], id: string): Promise<number> {
  try {
    return await storage.append(id, noBytes(), { offset: 0 });
  } catch (error) {
    throw error instanceof UploadOffsetError ? new UploadChangedError(id) : error;
  }
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
