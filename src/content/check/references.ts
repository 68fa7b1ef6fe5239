import type { Digest } from "../../oci/digest.ts";
import { linkBlob } from "../blob-rows.ts";
import type { CheckRun } from "./check-run.ts";
import { imagesWithBlob } from "./images.ts";
import { missingManifest } from "./missing-manifest.ts";
import { inPages, PAGE_ROWS } from "./pages.ts";
import { insertBlobRow } from "./rows.ts";

/** Looks for references of manifests that are not there, and to blobs that their repository does not have. */
export async function checkReferences(run: CheckRun): Promise<void> {
  run.enter("references");
  for await (const row of blobReferences(run)) {
    const [repositoryId, digest] = [row.repository_id, row.manifest_digest as Digest];
    if (row.link === null) await missingLink(run, { repositoryId, digest: row.blob_digest as Digest });
    if (row.manifest === null) await missingManifest(run, { repositoryId, digest });
    await run.next();
  }
  for await (const row of childReferences(run)) {
    if (row.manifest === null)
      await missingManifest(run, { repositoryId: row.repository_id, digest: row.manifest_digest as Digest });
    await run.next();
  }
}

interface BlobReference {
  repository_id: number;
  manifest_digest: string;
  blob_digest: string;
  manifest: string | null;
  link: string | null;
}

function blobReferences({ database }: CheckRun): AsyncGenerator<BlobReference> {
  const first = { repository_id: 0, manifest_digest: "", blob_digest: "", manifest: "", link: "" };
  return inPages<BlobReference>(first, ({ repository_id, manifest_digest, blob_digest }) =>
    database.read
      .selectFrom((from) =>
        from
          .selectFrom("manifest_blobs")
          .selectAll()
          .where((eb) =>
            eb(
              eb.refTuple("repository_id", "manifest_digest", "blob_digest"),
              ">",
              eb.tuple(repository_id, manifest_digest, blob_digest),
            ),
          )
          .orderBy("repository_id")
          .orderBy("manifest_digest")
          .orderBy("blob_digest")
          .limit(PAGE_ROWS)
          .as("page"),
      )
      .leftJoin("manifests", (join) =>
        join
          .onRef("manifests.repository_id", "=", "page.repository_id")
          .onRef("manifests.digest", "=", "page.manifest_digest"),
      )
      .leftJoin("repository_blobs as links", (join) =>
        join
          .onRef("links.repository_id", "=", "page.repository_id")
          .onRef("links.digest", "=", "page.blob_digest"),
      )
      .selectAll("page")
      .select(["manifests.digest as manifest", "links.digest as link"])
      .orderBy("page.repository_id")
      .orderBy("page.manifest_digest")
      .orderBy("page.blob_digest")
      .execute(),
  );
}

interface ChildReference {
  repository_id: number;
  manifest_digest: string;
  child_digest: string;
  manifest: string | null;
}

function childReferences({ database }: CheckRun): AsyncGenerator<ChildReference> {
  const first = { repository_id: 0, manifest_digest: "", child_digest: "", manifest: "" };
  return inPages<ChildReference>(first, ({ repository_id, manifest_digest, child_digest }) =>
    database.read
      .selectFrom((from) =>
        from
          .selectFrom("manifest_children")
          .selectAll()
          .where((eb) =>
            eb(
              eb.refTuple("repository_id", "manifest_digest", "child_digest"),
              ">",
              eb.tuple(repository_id, manifest_digest, child_digest),
            ),
          )
          .orderBy("repository_id")
          .orderBy("manifest_digest")
          .orderBy("child_digest")
          .limit(PAGE_ROWS)
          .as("page"),
      )
      .leftJoin("manifests", (join) =>
        join
          .onRef("manifests.repository_id", "=", "page.repository_id")
          .onRef("manifests.digest", "=", "page.manifest_digest"),
      )
      .selectAll("page")
      .select("manifests.digest as manifest")
      .orderBy("page.repository_id")
      .orderBy("page.manifest_digest")
      .orderBy("page.child_digest")
      .execute(),
  );
}

/** The reference was made when the repository had the blob, so it may have it again. */
async function missingLink(
  run: CheckRun,
  { repositoryId, digest }: { repositoryId: number; digest: Digest },
): Promise<void> {
  const { database, now } = run;
  const where = await imagesWithBlob(database.read, digest);
  if (run.repair) {
    await database.write(async (transaction) => {
      await insertBlobRow(transaction, run, digest);
      await linkBlob(transaction, { id: repositoryId, digest, now: now() });
    });
  }
  run.add({
    kind: "link-missing",
    what: digest,
    where,
    repaired: run.repair ? "the repository has it again" : undefined,
  });
}
