import { randomUUID, createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { algorithmOf, finishDigest, type Digest } from "../../oci/digest.ts";
import type { Descriptor } from "../../oci/manifest.ts";
import { linkBlob, recordBlob, renewGrace } from "../blob-rows.ts";
import { SkipError, type ImportRun } from "./import-run.ts";

/** A repository here, and its name in the tree. */
export interface ImportedRepository {
  id: number;
  nameInTree: string;
}

/**
 * Gives a repository a blob that it has in the tree.
 * @throws SkipError when the tree does not have it, or not whole
 */
export async function importBlob(
  run: ImportRun,
  repository: ImportedRepository,
  { digest }: Pick<Descriptor, "digest">,
): Promise<void> {
  if (!(await run.tree.hasBlob(repository.nameInTree, digest)))
    throw new SkipError("missing blob", `${digest} is not among the repository's blobs`);
  // Two manifests may share it, here or in another repository.
  await run.exclusively(digest, async () => {
    if (!(await linkKnown(run, repository.id, digest))) await takeBlob(run, repository.id, digest);
  });
}

/** @returns false when the hub does not have the blob */
async function linkKnown({ database, now }: ImportRun, id: number, digest: Digest): Promise<boolean> {
  const row = await database.read
    .selectFrom("blobs")
    .leftJoin("repository_blobs", (join) =>
      join
        .onRef("repository_blobs.digest", "=", "blobs.digest")
        .on("repository_blobs.repository_id", "=", id),
    )
    .select("repository_blobs.repository_id as linked")
    .where("blobs.digest", "=", digest)
    .where("state", "=", "live")
    .executeTakeFirst();
  if (!row) return false;
  return database.write(async (transaction) => {
    const isThere = await renewGrace(transaction, digest, now());
    if (isThere && row.linked === null) await linkBlob(transaction, { id, digest, now: now() });
    return isThere;
  });
}

async function takeBlob(run: ImportRun, id: number, digest: Digest): Promise<void> {
  const sizeBytes = await run.tree.blobSize(digest);
  if (sizeBytes === undefined) throw new SkipError("missing blob", `the bytes of ${digest} are gone`);
  const hasBytes = run.inPlace || run.links !== undefined;
  if (hasBytes && run.options.verify !== false) await verify(run, digest, run.tree.blobFile(digest));
  const createdAt = await run.holdBlob(digest, sizeBytes);
  await place(run, digest);
  await run.database.write((transaction) =>
    recordBlob(transaction, { id, digest, sizeBytes, createdAt, now: run.now() }),
  );
  run.report.blobs += 1;
  run.report.bytes += sizeBytes;
}

/** Sees to it that the bytes are in storage: they are there, get another name, or are copied. */
async function place(run: ImportRun, digest: Digest): Promise<void> {
  const file = run.tree.blobFile(digest);
  if (run.inPlace) return syncFile(file);
  if (run.links) {
    await syncFile(file);
    if (await run.links.link(digest)) return;
  }
  // A run that was cut off has put them there, or somebody else did.
  if ((await run.storage.stat(digest)) !== undefined) return verify(run, digest);
  await copy(run, digest, file);
}

/** The other registry need not have waited until its bytes were on disk. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function copy({ storage, report }: ImportRun, digest: Digest, file: string): Promise<void> {
  const upload = `import-${randomUUID()}`;
  const hash = createHash(algorithmOf(digest));
  try {
    const body = createReadStream(file) as AsyncIterable<Uint8Array>;
    await storage.append(upload, body, { offset: 0, onChunk: (chunk) => hash.update(chunk) });
    requireDigest(digest, finishDigest(hash, algorithmOf(digest)));
    await storage.finish(upload, digest);
    report.copied += 1;
  } finally {
    await storage.cancel(upload);
  }
}

async function verify({ hasher }: ImportRun, digest: Digest, file?: string): Promise<void> {
  const hashed = await hasher.hash(digest, file === undefined ? {} : { file });
  if (!hashed) throw new SkipError("missing blob", `the bytes of ${digest} are gone`);
  requireDigest(digest, hashed.digest);
}

function requireDigest(expected: Digest, actual: Digest): void {
  if (actual !== expected)
    throw new SkipError("damaged blob", `the bytes of ${expected} have the digest ${actual}`);
}
