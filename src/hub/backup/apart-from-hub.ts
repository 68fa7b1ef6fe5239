import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { BackupFolderError } from "./errors.ts";

/**
 * A backup lies beside what it saves, or goes with it: when the disk dies, or somebody removes the folder.
 * @param folder absolute; it need not be there
 * @param hubFolders data folder and storage; links are followed
 * @throws BackupFolderError for a folder that is one of them, or within one
 */
export async function requireApart(folder: string, hubFolders: readonly string[]): Promise<void> {
  const wanted = await realpathOf(folder);
  for (const hubFolder of hubFolders) {
    if (!isWithin(await realpathOf(hubFolder), wanted)) continue;
    throw new BackupFolderError(
      `Cannot back up into ${folder}: it is within the hub's own folder ${hubFolder}, and would go with what it is to save; choose a folder elsewhere, on another disk if there is one`,
    );
  }
}

/** Of what is not there, as it will be once it is made. */
async function realpathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
    return join(await realpathOf(dirname(path)), basename(path));
  }
}

function isWithin(outer: string, path: string): boolean {
  const way = relative(outer, path);
  return way !== ".." && !way.startsWith("../");
}
