import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { NamedFileNotFoundError, UploadNotFoundError } from "./errors.ts";
import { type Files, namesIn, openToRead, storing, unless, whatIsKnownOf } from "./files.ts";
import type { Folders } from "./folders.ts";
import type { Layout } from "./layout.ts";
import type { OpenUploads } from "./open-uploads.ts";
import type { BlobStorage } from "./port.ts";
import { streamOf } from "./read-stream.ts";
import { isFileName, requireFileName, type NamedFiles } from "./named-files.ts";

/**
 * Named files are a folder of their own. One is an upload until it is whole, so what a process did not live to end is
 * found and removed as an upload is.
 */
export function createFileNamedFiles(
  folder: string,
  disk: {
    layout: Layout;
    files: Files;
    folders: Folders;
    openUploads: OpenUploads;
    uploads: Pick<BlobStorage, "append" | "cancel">;
  },
): NamedFiles {
  const { layout, files, folders, openUploads, uploads } = disk;
  const pathOf = (name: string) => join(folder, requireFileName(name));

  async function moveIntoPlace(upload: string, path: string): Promise<void> {
    const open = await openUploads.take(upload);
    if (open === undefined) {
      throw new UploadNotFoundError(upload);
    }
    try {
      await files.fsync(open.file);
      await files.rename(layout.uploadFile(upload), path);
    } catch (error) {
      await unless(["ENOENT"], files.unlink(layout.uploadFile(upload)));
      throw error;
    } finally {
      await files.close(open.file);
    }
    await folders.sync(folder);
  }

  return {
    async write(name, body) {
      const path = pathOf(name);
      const upload = randomUUID();
      await storing(() => folders.make(folder));
      try {
        await uploads.append(upload, body, { offset: 0 });
      } catch (error) {
        await uploads.cancel(upload);
        throw error;
      }
      await storing(() => moveIntoPlace(upload, path));
    },

    async *list() {
      for await (const name of namesIn(files, folder)) {
        const known = isFileName(name) ? await whatIsKnownOf(files, pathOf(name)) : undefined;
        if (known !== undefined) {
          yield { name, ...known };
        }
      }
    },

    async read(name) {
      const file = await openToRead(files, pathOf(name));
      if (file === undefined) {
        throw new NamedFileNotFoundError(name);
      }
      return streamOf(file, { files });
    },

    async delete(name) {
      await unless(["ENOENT"], files.unlink(pathOf(name)));
      await unless(["ENOENT"], folders.sync(folder));
    },
  };
}
