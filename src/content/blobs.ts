import type { Database, Queryable } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { Blobs, ReadableRepositories } from "./content.ts";
import type { ContentContext } from "./context.ts";
import { inRegistryWords } from "./errors.ts";
import { repositoryId } from "./repositories.ts";

/** A blob that nothing refers to yet is kept this long, so that a push can take its time. */
export const BLOB_GRACE_MS = 24 * 60 * 60 * 1000;

/** Repositories looked at for a mount from anywhere: a blob that all of these keep private is uploaded instead. */
const MAX_HOLDERS = 1000;

export function createBlobs({ database, storage, now }: ContentContext): Blobs {
  const linkedSize = prepareLinkedSize(database);
  return {
    stat: linkedSize,

    read: (digest, range) => inRegistryWords(() => storage.read(digest, range)),

    send: (digest, sink, options) => inRegistryWords(() => storage.send(digest, sink, options)),

    async mount(repository, digest, from) {
      const isThere =
        typeof from === "string"
          ? (await linkedSize(from, digest)) !== undefined
          : await isReadable(database.read, digest, from);
      if (!isThere) return false;
      return database.write(async (transaction) => {
        const id = await repositoryId(transaction, repository);
        if (id === undefined) return false;
        // The blob may have gone between the look and the link; the update says whether it is still there.
        const renewed = await renewGrace(transaction, digest, now());
        if (renewed) await linkBlob(transaction, { id, digest, now: now() });
        return renewed;
      });
    },

    async delete(repository, digest) {
      return database.write(async (transaction) => {
        const id = await repositoryId(transaction, repository);
        if (id === undefined) return false;
        if (await isReferenced(transaction, id, digest)) {
          throw new OciError(
            "UNSUPPORTED",
            `Cannot delete blob ${digest}: a manifest of ${repository} needs it; delete that first`,
          );
        }
        const removed = await transaction
          .deleteFrom("repository_blobs")
          .where("repository_id", "=", id)
          .where("digest", "=", digest)
          .returning("digest")
          .execute();
        return removed.length > 0;
      });
    },
  };
}

/** Records a blob whose bytes are stored, and gives it to a repository. */
export async function recordBlob(
  transaction: Queryable,
  { id, digest, sizeBytes, now }: { id: number; digest: Digest; sizeBytes: number; now: number },
): Promise<void> {
  await transaction
    .insertInto("blobs")
    .values({ digest, size: sizeBytes, state: "live", created_at: now, grace_until: now + BLOB_GRACE_MS })
    .onConflict((conflict) =>
      conflict.column("digest").doUpdateSet({ state: "live", grace_until: now + BLOB_GRACE_MS }),
    )
    .execute();
  await linkBlob(transaction, { id, digest, now });
}

async function linkBlob(
  transaction: Queryable,
  { id, digest, now }: { id: number; digest: Digest; now: number },
): Promise<void> {
  await transaction
    .insertInto("repository_blobs")
    .values({ repository_id: id, digest, linked_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** @returns false when the blob is not stored, or is being removed */
async function renewGrace(transaction: Queryable, digest: Digest, now: number): Promise<boolean> {
  const renewed = await transaction
    .updateTable("blobs")
    .set({ grace_until: now + BLOB_GRACE_MS })
    .where("digest", "=", digest)
    .where("state", "=", "live")
    .returning("digest")
    .execute();
  return renewed.length > 0;
}

async function isReferenced(queryable: Queryable, id: number, digest: Digest): Promise<boolean> {
  const row = await queryable
    .selectFrom("manifest_blobs")
    .select("manifest_digest")
    .where("repository_id", "=", id)
    .where("blob_digest", "=", digest)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function prepareLinkedSize(database: Database) {
  const query = prepare(
    database,
    (queryable, { repository, digest }: { repository: RepositoryName; digest: Digest }) =>
      queryable
        .selectFrom("repository_blobs")
        .innerJoin("repositories", "repositories.id", "repository_blobs.repository_id")
        .innerJoin("blobs", "blobs.digest", "repository_blobs.digest")
        .select("blobs.size")
        .where("repositories.name", "=", repository)
        .where("repository_blobs.digest", "=", digest)
        .where("blobs.state", "=", "live"),
  );
  return async (repository: RepositoryName, digest: Digest): Promise<number | undefined> =>
    (await query.first({ repository, digest }))?.size;
}

async function isReadable(
  queryable: Queryable,
  digest: Digest,
  { all = false, organizations = [], repositories = [] }: ReadableRepositories,
): Promise<boolean> {
  const row = await queryable
    .selectFrom((eb) =>
      eb
        .selectFrom("repository_blobs")
        .select("repository_id")
        .where("digest", "=", digest)
        .limit(MAX_HOLDERS)
        .as("holders"),
    )
    .innerJoin("repositories", "repositories.id", "holders.repository_id")
    .select("repositories.id")
    .where((eb) =>
      eb.or([
        eb.lit(all),
        eb("repositories.visibility", "=", "public"),
        ...(organizations.length > 0 ? [eb("repositories.organization", "in", organizations)] : []),
        ...(repositories.length > 0 ? [eb("repositories.name", "in", repositories)] : []),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
