import type { Database, Queryable } from "../database/database.ts";
import { isForeignKeyViolation } from "../database/errors.ts";
import { prepare } from "../database/prepared.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { namesOf } from "./blob-names.ts";
import { ENOUGH_GRACE_MS, linkBlob, renewGrace } from "./blob-rows.ts";
import type { Blobs, ReadableRepositories } from "./content.ts";
import type { ContentContext } from "./context.ts";
import type { DirtyKeyBell } from "./dirty-keys.ts";
import { inRegistryWords } from "./errors.ts";
import { blobSizes } from "./manifest-links.ts";
import { repositoryId } from "./repositories.ts";

/** Repositories looked at for a mount from anywhere: a blob that all of these keep private is uploaded instead. */
const MAX_HOLDERS = 1000;

export function createBlobs({ database, storage, now }: ContentContext, dirtyKeys: DirtyKeyBell): Blobs {
  const linked = prepareLinked(database);
  return {
    async stat(repository, digest, { forPush = false } = {}) {
      const found = await linked.first({ repository, digest });
      if (!found) return undefined;
      if (!forPush || found.grace_until >= now() + ENOUGH_GRACE_MS) return found.size;
      const kept = await database.write(async (transaction) => {
        // The renewal locks the row, so that a collector has taken the link before, or leaves it.
        const renewed = await renewGrace(transaction, digest, now());
        return renewed && (await linked.first({ repository, digest }, transaction)) !== undefined;
      });
      return kept ? found.size : undefined;
    },

    async present(repository, digests) {
      const id = await repositoryId(database.read, repository);
      return id === undefined ? new Map() : blobSizes(database.read, id, digests);
    },

    redirectUrl: async (digest) => storage.redirectUrl?.(digest),

    read: (digest, range) => inRegistryWords(() => storage.read(digest, range)),

    send: (digest, sink, options) => inRegistryWords(() => storage.send(digest, sink, options)),

    async mount(repository, digest, from) {
      const isThere =
        typeof from === "string"
          ? (await linked.first({ repository: from, digest })) !== undefined
          : await isReadable(database.read, digest, from);
      if (!isThere) return false;
      const mounted = await database.write(async (transaction) => {
        const id = await repositoryId(transaction, repository);
        // The blob may have gone between the look and the link; the update says whether it is still there.
        if (id === undefined || !(await renewGrace(transaction, digest, now()))) return undefined;
        return { touched: await linkBlob(transaction, { id, digest, now: now() }) };
      });
      if (mounted?.touched) dirtyKeys.ring();
      return mounted !== undefined;
    },

    async delete(repository, digest) {
      try {
        return await database.write((transaction) => removeLink(transaction, repository, digest));
      } catch (error) {
        // A manifest that names it was pushed between the look and the deletion.
        throw isForeignKeyViolation(error) ? inUse(repository, digest, error) : error;
      }
    },
  };
}

async function removeLink(
  transaction: Queryable,
  repository: RepositoryName,
  digest: Digest,
): Promise<boolean> {
  const id = await repositoryId(transaction, repository);
  if (id === undefined) return false;
  const names = await namesOf(transaction, [digest], { repositoryId: id, limit: 1 });
  if (names.length > 0) throw inUse(repository, digest);
  const removed = await transaction
    .deleteFrom("repository_blobs")
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    .returning("digest")
    .execute();
  return removed.length > 0;
}

function inUse(repository: RepositoryName, digest: Digest, cause?: unknown): OciError {
  return new OciError(
    "UNSUPPORTED",
    `Cannot delete blob ${digest}: a manifest of ${repository} needs it; delete that first`,
    { cause },
  );
}

function prepareLinked(database: Database) {
  return prepare(
    database,
    (queryable, { repository, digest }: { repository: RepositoryName; digest: Digest }) =>
      queryable
        .selectFrom("repository_blobs")
        .innerJoin("repositories", "repositories.id", "repository_blobs.repository_id")
        .innerJoin("blobs", "blobs.digest", "repository_blobs.digest")
        .select(["blobs.size", "blobs.grace_until"])
        .where("repositories.name", "=", repository)
        .where("repository_blobs.digest", "=", digest)
        .where("blobs.state", "=", "live"),
  );
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
