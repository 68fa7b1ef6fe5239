import { buffer } from "node:stream/consumers";
import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { MAX_MANIFEST_BYTES } from "../../oci/manifest.ts";
import type { CheckRun } from "./check-run.ts";

/** The bytes of a manifest, from wherever they are whole: the database, or storage, where an import left them. */
export async function findManifestBytes(run: CheckRun, digest: Digest): Promise<Uint8Array | undefined> {
  const row = await run.database.read
    .selectFrom("manifest_contents")
    .select("content")
    .where("digest", "=", digest)
    .executeTakeFirst();
  if (row && isContentOf(digest, row.content)) return row.content;
  const sizeBytes = await run.storage.stat(digest);
  if (sizeBytes === undefined || sizeBytes > MAX_MANIFEST_BYTES) return undefined;
  const stored = await buffer(await run.storage.read(digest));
  return isContentOf(digest, stored) ? stored : undefined;
}

export function isContentOf(digest: Digest, bytes: Uint8Array): boolean {
  return digestOf(bytes, algorithmOf(digest)) === digest;
}
