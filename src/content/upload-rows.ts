import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { ContentContext } from "./context.ts";
import { repositoryId } from "./repositories.ts";

/** A row's time is at most this much behind, so that requests for one upload need not each write it. */
export const TOUCH_EVERY_MS = 60 * 60 * 1000;

/** An upload that nobody went on with for a day is ended: its row may be as much older. */
export const UPLOAD_IDLE_MS = 24 * 60 * 60 * 1000 + TOUCH_EVERY_MS;

export async function insertUpload(
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

export async function removeUpload({ database }: ContentContext, id: string): Promise<void> {
  await database.write((transaction) => transaction.deleteFrom("uploads").where("id", "=", id).execute());
}

/**
 * Looks for an upload and, when it was idle for long, keeps it from being ended while its caller works on it.
 * @throws OciError BLOB_UPLOAD_UNKNOWN
 */
export async function requireUpload(
  context: ContentContext,
  repository: RepositoryName,
  id: string,
): Promise<void> {
  const row = await context.database.read
    .selectFrom("uploads")
    .innerJoin("repositories", "repositories.id", "uploads.repository_id")
    .select("uploads.updated_at")
    .where("uploads.id", "=", id)
    .where("repositories.name", "=", repository)
    .executeTakeFirst();
  const isThere =
    row && (context.now() - row.updated_at < TOUCH_EVERY_MS || (await touchUpload(context, id)));
  if (!isThere) {
    throw new OciError(
      "BLOB_UPLOAD_UNKNOWN",
      `Cannot continue upload ${id.slice(0, 64)}: it ended, was cancelled or is too old; start a new one`,
    );
  }
}

/** @returns false when the upload was ended */
export async function touchUpload({ database, now }: ContentContext, id: string): Promise<boolean> {
  // Relaxed: only how long an idle upload is kept depends on it.
  const touched = await database.write(
    (transaction) =>
      transaction
        .updateTable("uploads")
        .set({ updated_at: now() })
        .where("id", "=", id)
        .returning("id")
        .execute(),
    { relaxed: true },
  );
  return touched.length > 0;
}
