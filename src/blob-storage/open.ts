import { openFileStorage } from "./file.ts";
import { createMemoryStorage } from "./memory.ts";
import type { BlobStorage } from "./port.ts";

/**
 * Opens the storage that a URL names: `file:PATH` or `memory:`.
 * @throws Error when the URL is none of these
 */
export async function openBlobStorage(url: string): Promise<BlobStorage> {
  if (url === "memory:") {
    return createMemoryStorage();
  }
  const path = FILE_URL.exec(url)?.groups?.["path"];
  if (path !== undefined) {
    return openFileStorage(path);
  }
  const hint = url.startsWith("s3:") ? "; storage in S3 is not built yet" : "";
  throw new Error(`Cannot open storage ${JSON.stringify(url)}: expected file:PATH or memory:${hint}`);
}

/** `file:data/storage`, `file:/var/lib/hub`, `file:///var/lib/hub`. */
const FILE_URL = /^file:(?:\/\/(?=\/))?(?<path>(?!\/\/[^/]).+)$/;
