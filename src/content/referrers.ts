import type { Digest } from "../oci/digest.ts";
import type { ReferrerRecord, Referrers } from "./content.ts";
import type { ContentContext } from "./context.ts";

export function createReferrers({ database }: ContentContext): Referrers {
  return {
    async list(repository, subject, { artifactType, after, limit }) {
      let query = database.read
        .selectFrom("manifests")
        .innerJoin("repositories", "repositories.id", "manifests.repository_id")
        .select([
          "manifests.digest",
          "manifests.media_type",
          "manifests.size",
          "manifests.artifact_type",
          "manifests.annotations",
        ])
        .where("repositories.name", "=", repository)
        .where("manifests.subject", "=", subject)
        .orderBy("manifests.digest")
        .limit(limit);
      if (artifactType !== undefined) query = query.where("manifests.artifact_type", "=", artifactType);
      if (after !== undefined) query = query.where("manifests.digest", ">", after);
      const rows = await query.execute();
      return rows.map((row): ReferrerRecord => ({
        digest: row.digest as Digest,
        mediaType: row.media_type,
        sizeBytes: row.size,
        artifactType: row.artifact_type ?? undefined,
        annotations: JSON.parse(row.annotations) as Record<string, string>,
      }));
    },
  };
}
