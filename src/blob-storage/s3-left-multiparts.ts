import { createHash } from "node:crypto";
import type { StoredUpload } from "./port.ts";
import type { Multipart, S3Bucket } from "./s3-bucket.ts";
import { isNotThere } from "./s3-errors.ts";
import type { S3Layout } from "./s3-layout.ts";

/**
 * Multipart uploads that a hub was making blobs of when it was killed: they are listed and cancelled as uploads, under
 * names of their own.
 */
export async function* listLeftMultiparts(bucket: S3Bucket, layout: S3Layout): AsyncGenerator<StoredUpload> {
  for await (const { key, id, startedAt } of listMultiparts(bucket, layout)) {
    yield { upload: nameOf(key, id), sizeBytes: 0, modifiedAt: startedAt };
  }
}

/** Aborts the multipart upload of a name; one that is not there is no error. */
export async function abortLeftMultipart(bucket: S3Bucket, layout: S3Layout, name: string): Promise<void> {
  if (!name.startsWith(NAME_PREFIX)) {
    return;
  }
  for await (const { key, id } of listMultiparts(bucket, layout)) {
    if (nameOf(key, id) === name) {
      await bucket.abortMultipart({ key, id }).catch((error: unknown) => {
        if (!isNotThere(error)) {
          throw error;
        }
      });
    }
  }
}

/** Those of a hub's own keys: others may have uploads in the bucket that take days. */
async function* listMultiparts(
  bucket: S3Bucket,
  layout: S3Layout,
): AsyncGenerator<Multipart & { startedAt: Date }> {
  for (const prefix of layout.finished) yield* bucket.listMultiparts(prefix);
}

/** Short, since keys and S3's own names are long. */
function nameOf(key: string, id: string): string {
  return `${NAME_PREFIX}${createHash("sha256").update(`${key}\n${id}`).digest("hex").slice(0, NAME_DIGITS)}`;
}

const NAME_PREFIX = "multipart_";
const NAME_DIGITS = 32;
