import type { Queryable, WriteTransaction } from "../../database/database.ts";
import type { Digest } from "../../oci/digest.ts";
import { isArtifact } from "../../oci/artifact.ts";
import type { Tag } from "../../oci/reference.ts";
import { insertLinks } from "../manifest-links.ts";
import type { CheckRun } from "./check-run.ts";
import type { FindingKind } from "./finding-kinds.ts";
import { imagesWithManifest, type ManifestKey } from "./images.ts";
import { factsOf, type ManifestColumns, type ManifestFacts } from "./manifest-facts.ts";
import { linkedBlobs } from "./missing-manifest.ts";
import { checkSizes } from "./sizes.ts";

/** Compares what is noted of a manifest with what its bytes say. */
export async function checkFacts(
  run: CheckRun,
  key: ManifestKey,
  { bytes, mediaType }: { bytes: Uint8Array; mediaType: string },
): Promise<void> {
  const facts = factsOf(bytes, mediaType);
  if (!facts) return;
  await checkSizes(run, key, facts);
  if ((await differences(run.database.read, { run, key, facts })).length === 0) return;
  const { database } = run;
  // Again in one transaction, which has the manifest's row: a push or a deletion of it comes before or after.
  const found = await database.write(async (transaction) => {
    if (!(await lockManifest(transaction, run, key))) return [];
    const differing = await differences(transaction, { run, key, facts });
    if (run.repair) for (const { repair } of differing) await repair?.(transaction);
    return differing;
  });
  if (found.length === 0) return;
  const where = await imagesWithManifest(database.read, key);
  for (const { kind, what = key.digest, detail, repair } of found) {
    const repairable = repair !== undefined;
    const repaired = run.repair && repairable ? "it was put right" : undefined;
    run.add({ kind, what, where, detail, repairable, repaired });
  }
}

interface Difference {
  kind: FindingKind;
  /** Default: the manifest. */
  what?: string;
  detail?: string;
  repair?: (transaction: WriteTransaction) => Promise<unknown>;
}

interface Question {
  run: CheckRun;
  key: ManifestKey;
  facts: ManifestFacts;
}

async function differences(queryable: Queryable, question: Question): Promise<Difference[]> {
  return [
    ...(await columnDifferences(queryable, question)),
    ...(await referenceDifferences(queryable, question)),
    ...(await tagDifferences(queryable, question)),
  ];
}

async function columnDifferences(queryable: Queryable, { key, facts }: Question): Promise<Difference[]> {
  const row = await queryable
    .selectFrom("manifests")
    .select(["media_type", "size", "kind", "artifact_type", "subject", "annotations"])
    .where("repository_id", "=", key.repositoryId)
    .where("digest", "=", key.digest)
    .executeTakeFirst();
  const names = Object.keys(facts.columns) as (keyof ManifestColumns)[];
  const wrong = row ? names.filter((name) => row[name] !== facts.columns[name]) : [];
  if (wrong.length === 0) return [];
  const repair = (transaction: WriteTransaction) =>
    transaction
      .updateTable("manifests")
      .set(facts.columns)
      .where("repository_id", "=", key.repositoryId)
      .where("digest", "=", key.digest)
      .execute();
  return [{ kind: "manifest-row-wrong", detail: wrong.join(", "), repair }];
}

/** References to what the bytes do not name, and none to what they do; blobs that the repository does not have. */
async function referenceDifferences(
  queryable: Queryable,
  { run, key, facts }: Question,
): Promise<Difference[]> {
  const noted = await notedReferences(queryable, key);
  const unheld = facts.blobs.filter((blob) => !noted.blobs.has(blob));
  const linked = await linkedBlobs(queryable, key.repositoryId, unheld);
  const required = run.sparseManifests === "all" ? [] : facts.requiredBlobs;
  const missing = required.filter((blob) => !noted.blobs.has(blob) && !linked.has(blob));
  const lost = missing.map((what): Difference => ({ kind: "content-missing", what }));
  const named = new Set(facts.blobs);
  if (areSame(noted.blobs.union(noted.awaited), named) && areSame(noted.children, new Set(facts.children)))
    return lost;
  const blobs = facts.blobs.filter((blob) => noted.blobs.has(blob) || linked.has(blob));
  const repair = async (transaction: WriteTransaction): Promise<void> => {
    await deleteReferences(transaction, key);
    await insertLinks(transaction, {
      id: key.repositoryId,
      digest: key.digest,
      blobs,
      manifest: facts.manifest,
    });
  };
  return [...lost, { kind: "references-wrong", repair }];
}

async function tagDifferences(queryable: Queryable, { key, facts }: Question): Promise<Difference[]> {
  const tags = await queryable
    .selectFrom("tags")
    .select(["name", "artifact"])
    .where("repository_id", "=", key.repositoryId)
    .where("digest", "=", key.digest)
    .execute();
  return tags.flatMap(({ name, artifact }): Difference[] => {
    const expected = Number(isArtifact(facts.manifest, name as Tag));
    if (expected === artifact) return [];
    const repair = (transaction: WriteTransaction) =>
      transaction
        .updateTable("tags")
        .set({ artifact: expected })
        .where("repository_id", "=", key.repositoryId)
        .where("name", "=", name)
        .where("digest", "=", key.digest)
        .execute();
    return [{ kind: "tag-wrong", what: name, repair }];
  });
}

function areSame(left: ReadonlySet<Digest>, right: ReadonlySet<Digest>): boolean {
  return left.symmetricDifference(right).size === 0;
}

async function notedReferences(
  queryable: Queryable,
  { repositoryId, digest }: ManifestKey,
): Promise<{ blobs: Set<Digest>; awaited: Set<Digest>; children: Set<Digest> }> {
  const blobsIn = async (table: "manifest_blobs" | "awaited_blobs"): Promise<Set<Digest>> => {
    const rows = await queryable
      .selectFrom(table)
      .select("blob_digest")
      .where("repository_id", "=", repositoryId)
      .where("manifest_digest", "=", digest)
      .execute();
    return new Set(rows.map((row) => row.blob_digest as Digest));
  };
  const children = await queryable
    .selectFrom("manifest_children")
    .select("child_digest")
    .where("repository_id", "=", repositoryId)
    .where("manifest_digest", "=", digest)
    .execute();
  return {
    blobs: await blobsIn("manifest_blobs"),
    awaited: await blobsIn("awaited_blobs"),
    children: new Set(children.map((row) => row.child_digest as Digest)),
  };
}

async function deleteReferences(
  transaction: WriteTransaction,
  { repositoryId, digest }: ManifestKey,
): Promise<void> {
  for (const table of ["manifest_blobs", "awaited_blobs", "manifest_children"] as const) {
    await transaction
      .deleteFrom(table)
      .where("repository_id", "=", repositoryId)
      .where("manifest_digest", "=", digest)
      .execute();
  }
}

async function lockManifest(
  transaction: WriteTransaction,
  { database }: CheckRun,
  { repositoryId, digest }: ManifestKey,
): Promise<boolean> {
  const row = await transaction
    .selectFrom("manifests")
    .select("digest")
    .where("repository_id", "=", repositoryId)
    .where("digest", "=", digest)
    .$if(database.kind === "postgres", (rows) => rows.forUpdate())
    .executeTakeFirst();
  return row !== undefined;
}
