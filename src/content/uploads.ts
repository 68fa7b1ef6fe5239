import { randomUUID } from "node:crypto";
import { UploadOffsetError } from "../blob-storage/errors.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { recordBlob } from "./blobs.ts";
import type { UploadPart, Uploads } from "./content.ts";
import type { ContentContext } from "./context.ts";
import { inRegistryWords } from "./errors.ts";
import { repositoryId } from "./repositories.ts";
import { createUploadHashes, type UploadHashes } from "./upload-hashes.ts";

export function createUploads(context: ContentContext): Uploads {
  const { storage } = context;
  const hashes = createUploadHashes(storage);
  /** Uploads that a request works on now: two writers of one upload would mix their bytes. */
  const busy = new Set<string>();

  async function exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (busy.has(id))
      throw new OciError(
        "BLOB_UPLOAD_INVALID",
        `Cannot continue upload ${id}: another request is working on it`,
      );
    busy.add(id);
    try {
      return await work();
    } finally {
      busy.delete(id);
    }
  }

  return {
    async start(repository) {
      const id = randomUUID();
      await insertUpload(context, repository, id);
      return id;
    },

    async size(repository, id) {
      await requireUpload(context, repository, id);
      return (await storage.uploadSize(id)) ?? 0;
    },

    async append(repository, id, part) {
      await requireUpload(context, repository, id);
      return exclusively(id, () => inRegistryWords(() => appendBody(context, hashes, { id, part })));
    },

    async finish(repository, id, digest) {
      await requireUpload(context, repository, id);
      await exclusively(id, () =>
        inRegistryWords(() => finishUpload(context, hashes, { repository, id, digest })),
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

async function appendBody(
  { storage, database, now }: ContentContext,
  hashes: UploadHashes,
  { id, part }: { id: string; part: UploadPart },
): Promise<number> {
  const held = (await storage.uploadSize(id)) ?? 0;
  const offset = part.offset ?? held;
  if (offset !== held) throw outOfOrder(id, { offset, held });
  const onChunk = hashes.begin(id, { offset, algorithm: part.algorithm ?? "sha256" });
  try {
    return await storage.append(id, part.body, { offset, onChunk });
  } catch (error) {
    if (error instanceof UploadOffsetError) throw outOfOrder(id, { offset, held: error.expected });
    throw error;
  } finally {
    hashes.settle(id, (await storage.uploadSize(id)) ?? 0);
    // Relaxed: only how long an idle upload is kept depends on it.
    await database.write(
      (transaction) =>
        transaction.updateTable("uploads").set({ updated_at: now() }).where("id", "=", id).execute(),
      { relaxed: true },
    );
  }
}

async function finishUpload(
  { storage, database, now }: ContentContext,
  hashes: UploadHashes,
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
  await storage.finish(id, digest);
  hashes.forget(id);
  await database.write(async (transaction) => {
    const repositoryRow = await repositoryId(transaction, repository);
    if (repositoryRow === undefined)
      throw new OciError("NAME_UNKNOWN", `Cannot finish upload: ${repository} was deleted meanwhile`);
    await recordBlob(transaction, { id: repositoryRow, digest, sizeBytes, now: now() });
    await transaction.deleteFrom("uploads").where("id", "=", id).execute();
  });
}

/** A blob may have no bytes; its upload got no body then. */
async function storeEmpty(storage: ContentContext["storage"], id: string): Promise<number> {
  return storage.append(id, noBytes(), { offset: 0 });
}

// oxlint-disable-next-line require-yield -- an empty body yields nothing
async function* noBytes(): AsyncGenerator<Uint8Array> {}

async function insertUpload(
  { database, now }: ContentContext,
  repository: RepositoryName,
  id: string,
): Promise<void> {
  // Relaxed: an upload without bytes that a power failure takes is begun again by the client.
  await database.write(
    async (transaction) => {
      const repositoryRow = await repositoryId(transaction, repository);
      if (repositoryRow === undefined)
        throw new OciError("NAME_UNKNOWN", `Cannot start upload: there is no repository ${repository}`);
      await transaction
        .insertInto("uploads")
        .values({ id, repository_id: repositoryRow, started_at: now(), updated_at: now() })
        .execute();
    },
    { relaxed: true },
  );
}

async function removeUpload({ database }: ContentContext, id: string): Promise<void> {
  await database.write((transaction) => transaction.deleteFrom("uploads").where("id", "=", id).execute());
}

async function requireUpload(
  { database }: ContentContext,
  repository: RepositoryName,
  id: string,
): Promise<void> {
  const row = await database.read
    .selectFrom("uploads")
    .innerJoin("repositories", "repositories.id", "uploads.repository_id")
    .select("uploads.id")
    .where("uploads.id", "=", id)
    .where("repositories.name", "=", repository)
    .executeTakeFirst();
  if (!row) {
    throw new OciError(
      "BLOB_UPLOAD_UNKNOWN",
      `Cannot continue upload ${id.slice(0, 64)}: it ended, was cancelled or is too old; start a new one`,
    );
  }
}

function outOfOrder(id: string, { offset, held }: { offset: number; held: number }): OciError {
  return new OciError(
    "RANGE_INVALID",
    `Cannot append to upload ${id} at byte ${offset}: it holds ${held} bytes, continue there`,
    {
      detail: { offset, expected: held },
    },
  );
}
