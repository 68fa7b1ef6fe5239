import { randomUUID } from "node:crypto";
import { NamedFileNotFoundError } from "./errors.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { isNotThere } from "./s3-errors.ts";
import { readObject } from "./s3-read.ts";
import type { S3Uploads } from "./s3-uploads.ts";
import { isFileName, requireFileName, type NamedFiles } from "./named-files.ts";

/** Objects whose keys begin alike; one is an upload until it is whole. */
export function createS3NamedFiles(
  bucket: S3Bucket,
  { prefix, uploads }: { prefix: string; uploads: S3Uploads },
): NamedFiles {
  const keyOf = (name: string) => prefix + requireFileName(name);
  return {
    async write(name, body) {
      const key = keyOf(name);
      const upload = randomUUID();
      try {
        await uploads.append(upload, body, { offset: 0 });
        await uploads.finishAs(upload, { key, replace: true });
      } catch (error) {
        // What cannot be removed now is removed as uploads are that nobody goes on with.
        await uploads.cancel(upload).catch(() => undefined);
        throw error;
      }
    },

    async *list() {
      for await (const { key, sizeBytes, modifiedAt } of bucket.list(prefix)) {
        const name = key.slice(prefix.length);
        if (isFileName(name)) {
          yield { name, sizeBytes, modifiedAt };
        }
      }
    },

    async read(name) {
      try {
        return await readObject(bucket, keyOf(name));
      } catch (error) {
        throw isNotThere(error) ? new NamedFileNotFoundError(name, { cause: error }) : error;
      }
    },

    async delete(name) {
      await bucket.delete([keyOf(name)]);
    },
  };
}
