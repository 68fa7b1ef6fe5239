import { prepareStatement } from "../database/prepared.ts";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { ContentContext } from "./context.ts";
import { repositoryId } from "./repositories.ts";

/** A row's time is at most this much behind, so that requests for one upload need not each write it. */
export const TOUCH_EVERY_MS = 60 * 60 * 1000;

/** An upload that nobody went on with for a day is ended: its row may be as much older. */
export const UPLOAD_IDLE_MS = 24 * 60 * 60 * 1000 + TOUCH_EVERY_MS;

/**
 * Open uploads of one repository: more than any number of builds that push at once, and as much as one that starts
 * uploads and never ends them may leave behind in a day.
 */
const MAX_OPEN_UPLOADS = 10_000;

/** @throws OciError NAME_UNKNOWN, TOOMANYREQUESTS */
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
      if (await lastAllowed.first(transaction, { repositoryRow })) throw tooMany(repository);
      await insertRow.all(transaction, { id, repositoryRow, now: now() });
    },
    { relaxed: true },
  );
}

export async function removeUpload({ database }: ContentContext, id: string): Promise<void> {
  await database.write((transaction) => deleteUpload.all(transaction, { id }));
}

/** Ends an upload, in the transaction that makes its bytes a blob. */
export const deleteUpload = prepareStatement((queryable, { id }: { id: string }) =>
  queryable.deleteFrom("uploads").where("id", "=", id),
);

/**
 * Looks for an upload and, when it was idle for long, keeps it from being ended while its caller works on it.
 * @throws OciError BLOB_UPLOAD_UNKNOWN
 */
export async function requireUpload(
  context: ContentContext,
  repository: RepositoryName,
  id: string,
): Promise<void> {
  const row = await findUpload.first(context.database.read, { id, repository });
  const isThere =
    row && (context.now() - row.updated_at < TOUCH_EVERY_MS || (await touchUpload(context, id)));
  if (!isThere) {
    throw new OciError(
      "BLOB_UPLOAD_UNKNOWN",
      `Cannot continue upload ${id.slice(0, 64)}: it ended, was cancelled or is too old; start a new one`,
    );
  }
}

const findUpload = prepareStatement(
  (queryable, { id, repository }: { id: string; repository: RepositoryName }) =>
    queryable
      .selectFrom("uploads")
      .innerJoin("repositories", "repositories.id", "uploads.repository_id")
      .select("uploads.updated_at")
      .where("uploads.id", "=", id)
      .where("repositories.name", "=", repository),
);

/** The upload after which no other may be started. */
const lastAllowed = prepareStatement((queryable, { repositoryRow }: { repositoryRow: number }) =>
  queryable
    .selectFrom("uploads")
    .select("id")
    .where("repository_id", "=", repositoryRow)
    .limit(1)
    .offset(MAX_OPEN_UPLOADS - 1),
);

function tooMany(repository: RepositoryName): OciError {
  return new OciError(
    "TOOMANYREQUESTS",
    `Cannot start upload: ${repository} has ${MAX_OPEN_UPLOADS} open uploads; end or cancel some, idle ones end after a day`,
  );
}

const insertRow = prepareStatement(
  (queryable, { id, repositoryRow, now }: { id: string; repositoryRow: number; now: number }) =>
    queryable
      .insertInto("uploads")
      .values({ id, repository_id: repositoryRow, started_at: now, updated_at: now }),
);

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
