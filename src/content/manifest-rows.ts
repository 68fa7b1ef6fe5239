import type { Insertable } from "kysely";
import type { Queryable } from "../database/database.ts";
import { prepareStatement } from "../database/prepared.ts";
import type { ManifestTable } from "../database/tables.ts";
import type { Digest } from "../oci/digest.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { Tag } from "../oci/reference.ts";
import { immutableBy } from "../oci/tag-pattern.ts";
import type { ManifestPush } from "./content.ts";
import { immutableError } from "./immutable-tags.ts";
import { findNewestTag, setNewestTag } from "./newest-tag.ts";

/** Writes a manifest's bytes and its row; one that is there is taken as pushed anew. */
export async function insertManifest(
  transaction: Queryable,
  stored: { id: number; manifest: Manifest; digest: Digest; push: ManifestPush; now: number },
): Promise<void> {
  const { id, manifest, digest, push, now } = stored;
  await insertContent.all(transaction, { digest, content: push.bytes });
  await insertRow.all(transaction, {
    repository_id: id,
    digest,
    media_type: manifest.mediaType,
    size: push.bytes.byteLength,
    kind: manifest.kind,
    artifact_type: manifest.artifactType ?? null,
    subject: manifest.subject?.digest ?? null,
    annotations: JSON.stringify(manifest.annotations),
    pushed_at: now,
    pushed_by: push.pushedBy,
  });
}

const insertContent = prepareStatement(
  (queryable, { digest, content }: { digest: Digest; content: Uint8Array }) =>
    queryable
      .insertInto("manifest_contents")
      .values({ digest, content })
      // Another content than before is there when it was damaged: see `readContent`.
      .onConflict((conflict) =>
        conflict
          .column("digest")
          .doUpdateSet((eb) => ({ content: eb.ref("excluded.content") }))
          .whereRef("manifest_contents.content", "!=", "excluded.content"),
      ),
);

const insertRow = prepareStatement((queryable, row: Omit<Insertable<ManifestTable>, "pulled_at">) => {
  const { repository_id, digest, media_type, size, kind, pushed_at, pushed_by } = row;
  const { artifact_type, subject, annotations } = row;
  return queryable
    .insertInto("manifests")
    .values({
      repository_id,
      digest,
      media_type,
      size,
      kind,
      artifact_type,
      subject,
      annotations,
      pushed_at,
      pushed_by,
    })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "digest"]).doUpdateSet({ media_type, pushed_at, pushed_by }),
    );
});

export interface TagChange {
  id: number;
  digest: Digest;
  tags: Tag[];
  /** Patterns of the tags that stay at their digest. */
  immutableTags: readonly string[];
  /** Those of the tags that name an artifact: the manifest is one, or the tag itself says so. */
  artifacts: ReadonlySet<Tag>;
  by: string;
  now: number;
  /** When the tags were set, if not now. */
  setAt?: number;
}

/**
 * Points tags at a manifest; an image's tag becomes the repository's newest.
 * @throws OciError DENIED when an immutable one is at another digest
 */
export async function setTags(transaction: Queryable, change: TagChange): Promise<void> {
  const { id, tags, artifacts, setAt } = change;
  for (const tag of tags) await setTag(transaction, change, tag);
  const newest = tags.at(-1);
  if (newest === undefined) return;
  // An artifact may have taken the tag of the newest image, and what was set elsewhere need not be the newest here.
  if (artifacts.size > 0 || setAt !== undefined) await findNewestTag(transaction, id);
  else await setNewestTag(transaction, id, newest);
}

async function setTag(transaction: Queryable, change: TagChange, tag: Tag): Promise<void> {
  const { id, digest, immutableTags, artifacts, by, now, setAt = now } = change;
  const pattern = immutableBy(immutableTags, tag);
  const row = { id, tag, digest, setAt, by, artifact: Number(artifacts.has(tag)) };
  const set = await (pattern === undefined ? setMutableTag : setImmutableTag).first(transaction, row);
  if (!set && pattern !== undefined) throw immutableError(`push ${digest}`, { tag, pattern });
}

interface TagRow {
  id: number;
  tag: Tag;
  digest: Digest;
  setAt: number;
  by: string;
  artifact: number;
}

const setMutableTag = prepareStatement((queryable, row: TagRow) => upsertTag(queryable, row));

// The condition is the update's own: of two first pushes at once, the second one meets the first one's row.
const setImmutableTag = prepareStatement((queryable, row: TagRow) =>
  upsertTag(queryable, row, { onlyAt: row.digest }),
);

function upsertTag(
  queryable: Queryable,
  { id, tag, digest, setAt, by, artifact }: TagRow,
  { onlyAt }: { onlyAt?: Digest } = {},
) {
  const values = { digest, pushed_at: setAt, pushed_by: by, artifact };
  return queryable
    .insertInto("tags")
    .values({ repository_id: id, name: tag, ...values })
    .onConflict((conflict) => {
      const update = conflict.columns(["repository_id", "name"]).doUpdateSet(values);
      return onlyAt === undefined ? update : update.where("tags.digest", "=", onlyAt);
    })
    .returning("name");
}
