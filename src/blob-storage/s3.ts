import type { BlobStorage } from "./port.ts";
import { createS3Blobs } from "./s3-blobs.ts";
import { openS3Bucket, type S3Bucket } from "./s3-bucket.ts";
import { createS3Layout, type S3Layout } from "./s3-layout.ts";
import type { S3Location } from "./s3-location.ts";
import { createS3NamedFiles } from "./s3-named-files.ts";
import { createOwnUploadIndex, createSharedUploadIndex } from "./s3-upload-index.ts";
import { createS3Uploads } from "./s3-uploads.ts";

/**
 * Opens a storage in S3.
 * @param options.soleWriter nobody else writes uploads meanwhile, which spares requests; default false
 * @throws S3Error that says what to do when the bucket cannot be read
 */
export async function openS3Storage(
  location: S3Location,
  { soleWriter = false }: { soleWriter?: boolean } = {},
): Promise<BlobStorage> {
  const bucket = openS3Bucket(location);
  const layout = createS3Layout(location.prefix);
  const createIndex = soleWriter ? createOwnUploadIndex : createSharedUploadIndex;
  const uploads = createS3Uploads(bucket, { layout, index: createIndex(bucket, layout) });
  try {
    await bucket.list(layout.check)[Symbol.asyncIterator]().next();
  } catch (error) {
    bucket.close();
    throw error;
  }
  return {
    ...createS3Blobs(bucket, layout),
    ...uploads,
    finish: (upload, digest) => uploads.finishAs(upload, { key: layout.blob(digest), replace: false }),
    snapshots: createS3NamedFiles(bucket, { prefix: layout.snapshots, uploads }),
    quarantine: createS3NamedFiles(bucket, { prefix: layout.quarantine, uploads }),
    ...(location.redirect && {
      redirectUrl: (digest) => bucket.presign(layout.blob(digest), REDIRECT_SECONDS),
    }),
    check: () => check(bucket, layout),
    async close() {
      await uploads.close();
      bucket.close();
    },
  };
}

async function check(bucket: S3Bucket, layout: S3Layout): Promise<void> {
  const key = `${layout.check}-${crypto.randomUUID()}`;
  await bucket.put(key, Buffer.from("x"));
  await bucket.delete([key]);
}

/** A client follows at once; a download that has begun goes on. */
const REDIRECT_SECONDS = 300;
