import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Digest } from "../oci/digest.ts";
import { BlobNotFoundError } from "./errors.ts";
import type { BlobStorage, ByteRange } from "./port.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { isNotThere } from "./s3-errors.ts";
import type { S3Layout } from "./s3-layout.ts";
import { readObject } from "./s3-read.ts";

/** What S3 storage does with blobs that are whole. */
export function createS3Blobs(
  bucket: S3Bucket,
  layout: S3Layout,
): Pick<BlobStorage, "stat" | "read" | "send" | "delete" | "list"> {
  async function read(digest: Digest, range?: ByteRange): Promise<Readable> {
    try {
      return await readObject(bucket, layout.blob(digest), range);
    } catch (error) {
      throw isNotThere(error) ? new BlobNotFoundError(digest, { cause: error }) : error;
    }
  }

  return {
    async stat(digest) {
      return (await bucket.head(layout.blob(digest)))?.sizeBytes;
    },

    read,

    async send(digest, sink, { range, onOpen } = {}) {
      const stream = await read(digest, range);
      onOpen?.();
      await pipeline(stream, sink);
    },

    delete: (digest) => bucket.delete([layout.blob(digest)]),

    async *list() {
      for await (const { key, sizeBytes, modifiedAt } of bucket.list(layout.blobs)) {
        const digest = layout.digestOf(key);
        if (digest !== undefined) {
          yield { digest, sizeBytes, modifiedAt };
        }
      }
    },
  };
}
