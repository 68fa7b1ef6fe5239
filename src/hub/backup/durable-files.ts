import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

/** What a file is called until it is whole. */
export const PARTIAL_SUFFIX = ".partial";

/** Writes a file that only its owner may read: whole and on disk, or not at all. */
export async function writeWhole(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const partial = path + PARTIAL_SUFFIX;
  try {
    await rm(partial, { force: true });
    const file = await open(partial, "wx", 0o600);
    await writeAndSync(file, chunks).finally(() => file.close());
    await rename(partial, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** A file system that puts much on disk at once holds up every other sync, those of pushes among them. */
const SYNC_BYTES = 4 * 1024 * 1024;

async function writeAndSync(
  file: FileHandle,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  let unsyncedBytes = 0;
  for await (const chunk of chunks) {
    await file.writeFile(chunk);
    unsyncedBytes += chunk.length;
    if (unsyncedBytes < SYNC_BYTES) continue;
    await file.datasync();
    unsyncedBytes = 0;
  }
  await file.sync();
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
