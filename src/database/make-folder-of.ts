import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseFolderError } from "./errors.ts";

/**
 * Makes the folder that a database's file is to be in, and those above it. Level by level, as blob storage makes its
 * own (src/blob-storage/make-folders.ts): Node's `recursive` never ends within /proc.
 * @throws DatabaseFolderError
 */
export async function makeFolderOf(file: string): Promise<void> {
  const folder = dirname(file);
  try {
    await makeFolders(folder);
  } catch (error) {
    throw new DatabaseFolderError(folder, error);
  }
}

async function makeFolders(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolders(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    // Others may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
