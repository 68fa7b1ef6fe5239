import type { Queryable } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import { MAX_MANIFEST_BYTES } from "../oci/manifest.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { ReferrerQuery, ReferrerRecord, Referrers } from "./content.ts";
import type { ContentContext } from "./context.ts";

/** A list of referrers is an index, so no client has to take a larger one than a manifest may be. */
const MAX_PAGE_BYTES = MAX_MANIFEST_BYTES;
/** What an entry has beside its annotations: a sha512 digest, two media types, names of fields. */
const ENTRY_BYTES = 600;

export function createReferrers({ database }: ContentContext): Referrers {
  return {
    async list(repository, subject, query) {
      const sizes = await referrerRows(database.read, { repository, subject, ...query })
        .select(["manifests.digest", (eb) => eb.fn<number>("octet_length", ["annotations"]).as("bytes")])
        .limit(query.limit + 1)
        .execute();
      const count = countThatFit(sizes, query.limit);
      const last = sizes[count - 1]?.digest;
      if (last === undefined) return { referrers: [], more: sizes.length > 0 };
      const rows = await referrerRows(database.read, { repository, subject, ...query })
        .select([
          "manifests.digest",
          "manifests.media_type",
          "manifests.size",
          "manifests.artifact_type",
          "manifests.annotations",
        ])
        .where("manifests.digest", "<=", last)
        .execute();
      return { referrers: rows.map(toRecord), more: sizes.length > count };
    },
  };
}

function referrerRows(
  queryable: Queryable,
  asked: { repository: RepositoryName; subject: Digest } & ReferrerQuery,
) {
  const { repository, subject, artifactType, after } = asked;
  let query = queryable
    .selectFrom("manifests")
    .innerJoin("repositories", "repositories.id", "manifests.repository_id")
    .where("repositories.name", "=", repository)
    .where("manifests.subject", "=", subject)
    .orderBy("manifests.digest");
  if (artifactType !== undefined) query = query.where("manifests.artifact_type", "=", artifactType);
  if (after !== undefined) query = query.where("manifests.digest", ">", after);
  return query;
}

/** How many make a page: at least one of those asked for, whatever its size. */
function countThatFit(sizes: readonly { bytes: number }[], limit: number): number {
  let total = 0;
  const tooMany = sizes.findIndex(({ bytes }, index) => {
    total += bytes + ENTRY_BYTES;
    return index > 0 && total > MAX_PAGE_BYTES;
  });
  return Math.min(tooMany < 0 ? sizes.length : tooMany, limit);
}

function toRecord(row: {
  digest: string;
  media_type: string;
  size: number;
  artifact_type: string | null;
  annotations: string;
}): ReferrerRecord {
  return {
    digest: row.digest as Digest,
    mediaType: row.media_type,
    sizeBytes: row.size,
    artifactType: row.artifact_type ?? undefined,
    annotations: JSON.parse(row.annotations) as Record<string, string>,
  };
}
