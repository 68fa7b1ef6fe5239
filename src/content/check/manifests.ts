import type { Queryable } from "../../database/database.ts";
import type { Digest } from "../../oci/digest.ts";
import type { CheckRun } from "./check-run.ts";
import { imagesWithManifest, type ManifestKey } from "./images.ts";
import { findManifestBytes, isContentOf } from "./manifest-bytes.ts";
import { checkFacts } from "./manifest-rows.ts";
import { inPages, PAGE_ROWS } from "./pages.ts";

/** Compares every manifest's bytes with its digest, and what is noted of it with what the bytes say. */
export async function checkManifests(run: CheckRun): Promise<void> {
  run.enter("manifests");
  const first = { repository_id: 0, digest: "", size: 0 };
  const rows = inPages(first, ({ repository_id, digest }) =>
    run.database.read
      .selectFrom("manifests")
      .select(["repository_id", "digest", "size"])
      .where((eb) => eb(eb.refTuple("repository_id", "digest"), ">", eb.tuple(repository_id, digest)))
      .orderBy("repository_id")
      .orderBy("digest")
      .limit(PAGE_ROWS)
      .execute(),
  );
  for await (const row of rows) {
    await checkManifest(run, { repositoryId: row.repository_id, digest: row.digest as Digest });
    await run.next({ sizeBytes: row.size });
  }
}

async function checkManifest(run: CheckRun, key: ManifestKey): Promise<void> {
  // One statement, so that bytes that are missing do not belong to a manifest that was deleted meanwhile.
  const row = await manifestWithContent(run.database.read, key);
  if (!row) return;
  if (row.content === null) await lostBytes(run, key, "manifest-missing");
  else if (!isContentOf(key.digest, row.content)) await lostBytes(run, key, "manifest-damaged");
  else await checkFacts(run, key, { bytes: row.content, mediaType: row.media_type });
}

function manifestWithContent(queryable: Queryable, { repositoryId, digest }: ManifestKey) {
  return queryable
    .selectFrom("manifests")
    .leftJoin("manifest_contents", "manifest_contents.digest", "manifests.digest")
    .select(["manifests.media_type", "manifest_contents.content"])
    .where("manifests.repository_id", "=", repositoryId)
    .where("manifests.digest", "=", digest)
    .executeTakeFirst();
}

async function lostBytes(
  run: CheckRun,
  key: ManifestKey,
  kind: "manifest-missing" | "manifest-damaged",
): Promise<void> {
  const where = await imagesWithManifest(run.database.read, key);
  const content = await findManifestBytes(run, key.digest);
  if (run.repair && content) await putBack(run, key.digest, content);
  run.add({
    kind,
    what: key.digest,
    where,
    repaired: run.repair && content ? "storage had its bytes, too" : undefined,
    repairable: content !== undefined,
  });
}

async function putBack(run: CheckRun, digest: Digest, content: Uint8Array): Promise<void> {
  await run.database.write((transaction) =>
    transaction
      .insertInto("manifest_contents")
      .values({ digest, content })
      .onConflict((conflict) => conflict.column("digest").doUpdateSet({ content }))
      .execute(),
  );
}
