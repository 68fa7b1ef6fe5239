import { blockingFiles } from "./blocking-files.ts";
import { StorageUrlError } from "./errors.ts";
import { openFileStorage } from "./file.ts";
import { nodeFiles } from "./files.ts";
import { createMemoryStorage } from "./memory.ts";
import type { BlobStorage } from "./port.ts";
import { parseS3Url, S3_URL_FORM } from "./s3-location.ts";

/**
 * Opens the storage that a URL names: `file:PATH`, `s3://BUCKET/PREFIX?…` or `memory:`.
 * @param options.ownThread the thread does nothing else, and may be held up; default false
 * @param options.soleWriter nobody else writes uploads meanwhile, which spares requests to S3; default false
 * @throws StorageUrlError when the URL is none of these; StorageFolderError; S3Error when S3 refuses
 */
export async function openBlobStorage(
  url: string,
  { ownThread = false, soleWriter = false }: { ownThread?: boolean; soleWriter?: boolean } = {},
): Promise<BlobStorage> {
  if (url === "memory:") {
    return createMemoryStorage();
  }
  if (url.startsWith("s3:")) {
    const location = parseS3Url(url);
    // Loaded by those alone who need it: the SDK takes 35 MB, and as long to load as the rest of the hub.
    const { openS3Storage } = await import("./s3.ts");
    return openS3Storage(location, { soleWriter });
  }
  const path = fileStoragePath(url);
  if (path !== undefined) {
    return openFileStorage(path, { files: ownThread ? blockingFiles : nodeFiles });
  }
  throw new StorageUrlError(url, `expected file:PATH, ${S3_URL_FORM} or memory:`);
}

/** The folder of a storage in files; undefined for the URL of another. */
export function fileStoragePath(url: string): string | undefined {
  return FILE_URL.exec(url)?.groups?.["path"];
}

/** `file:data/storage`, `file:/var/lib/hub`, `file:///var/lib/hub`. */
const FILE_URL = /^file:(?:\/\/(?=\/))?(?<path>(?!\/\/[^/]).+)$/;
