import { DatabaseFullError } from "../database/errors.ts";
import {
  BlobNotFoundError,
  StorageFullError,
  UploadChangedError,
  UploadNotFoundError,
} from "../blob-storage/errors.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";

/** A deleted tag was set again, to another digest than it had. */
export class TagTakenError extends Error {
  constructor(
    repository: RepositoryName,
    { tag, digest, current }: { tag: Tag; digest: Digest; current: Digest },
  ) {
    super(`Cannot restore ${repository}:${tag} at ${digest}: the tag was set again, to ${current}`);
    this.name = "TagTakenError";
  }
}

/** Runs `work`, and says what storage or database refuses in the registry's words. */
export async function inRegistryWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StorageFullError || error instanceof DatabaseFullError) {
      throw new OciError(
        "STORAGE_FULL",
        "Cannot store: the hub has no space left; nothing of this request was kept",
        {
          cause: error,
        },
      );
    }
    if (error instanceof UploadNotFoundError)
      throw new OciError("BLOB_UPLOAD_UNKNOWN", `${error.message}; start a new one`, { cause: error });
    if (error instanceof UploadChangedError)
      throw new OciError("BLOB_UPLOAD_INVALID", `${error.message}; try again`, { cause: error });
    if (error instanceof BlobNotFoundError)
      throw new OciError("BLOB_UNKNOWN", error.message, { cause: error });
    throw error;
  }
}
