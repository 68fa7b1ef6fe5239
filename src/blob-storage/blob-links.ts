import { link, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Digest } from "../oci/digest.ts";
import { makeFolder, nodeFiles, unless } from "./files.ts";
import { createFolders } from "./folders.ts";
import { createLayout } from "./layout.ts";

/** Blobs of one file storage that are put into another without a copy. */
export interface BlobLinks {
  /**
   * Makes a blob's file the other storage's too, durably. Safe since a blob's file is never written again: it is
   * removed, or another takes its name.
   * @returns false when that cannot be: another file system, no such blob, or the other storage has one of this name
   */
  link(digest: Digest): Promise<boolean>;
  close(): Promise<void>;
}

export function createBlobLinks(fromFolder: string, toFolder: string): BlobLinks {
  const [from, to] = [createLayout(resolve(fromFolder)), createLayout(resolve(toFolder))];
  const folders = createFolders(nodeFiles);
  return {
    async link(digest) {
      const folder = to.blobFolder(digest);
      await folders.make(dirname(folder));
      await makeFolder(nodeFiles, folder);
      const linked = await unless(
        CANNOT_LINK,
        // A second name of a symbolic link would be one more symbolic link.
        realpath(from.blobFile(digest)).then((file) => link(file, to.blobFile(digest)).then(() => true)),
      );
      if (linked !== true) return false;
      await Promise.all([folders.sync(folder), folders.sync(dirname(folder))]);
      return true;
    },
    close: () => folders.close(),
  };
}

/** Another file system, one without links, too many of one file, a file of somebody else, and what is there or not. */
const CANNOT_LINK = ["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EACCES", "EEXIST", "ENOENT"];
