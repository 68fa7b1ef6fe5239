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
 * Uploads of one repository that hold bytes: more than any number of builds that push at once, and as much as one that
 * never ends what it sends may leave behind in a day.
 */
const MAX_OPEN_UPLOADS = 10_000;

/** Does nothing where it has a row. @throws OciError NAME_UNKNOWN, TOOMANYREQUESTS */
export async function insertUpload(
  { database, now }: ContentContext,
  repository: RepositoryName,
  id: string,
): Promise<void> {
  // Relaxed: without it, an upload goes on by its name and the bytes that it has.
  await database.write(
    async (transaction) => {
      const repositoryRow = await repositoryId(transaction, repository);
      if (repositoryRow === undefined)
        throw new OciError("NAME_UNKNOWN", `Cannot take upload: there is no repository ${repository}`);
      if (!(await insertRow.first(transaction, { id, repositoryRow, now: now() }))) return;
      if (await firstTooMany.first(transaction, { repositoryRow })) throw tooMany(repository);
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

export const findUpload = prepareStatement(
  (queryable, { id, repository }: { id: string; repository: RepositoryName }) =>
    queryable
      .selectFrom("uploads")
      .innerJoin("repositories", "repositories.id", "uploads.repository_id")
      .select("uploads.updated_at")
      .where("uploads.id", "=", id)
      .where("repositories.name", "=", repository),
);

/** An upload beyond those that may be kept. */
const firstTooMany = prepareStatement((queryable, { repositoryRow }: { repositoryRow: number }) =>
  queryable
    .selectFrom("uploads")
    .select("id")
    .where("repository_id", "=", repositoryRow)
    .limit(1)
    .offset(MAX_OPEN_UPLOADS),
);

function tooMany(repository: RepositoryName): OciError {
  return new OciError(
    "TOOMANYREQUESTS",
    `Cannot take upload: ${repository} has ${MAX_OPEN_UPLOADS} open uploads; end or cancel some, idle ones end after a day`,
  );
}

const insertRow = prepareStatement(
  (queryable, { id, repositoryRow, now }: { id: string; repositoryRow: number; now: number }) =>
    queryable
      .insertInto("uploads")
      .values({ id, repository_id: repositoryRow, started_at: now, updated_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id"),
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
