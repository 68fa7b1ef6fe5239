import { UploadNotFoundError } from "./errors.ts";
import { type Files, NEW_FILE, sizeOf, unless } from "./files.ts";
import { isUploadName, type Layout } from "./layout.ts";

/** An upload's file, open to read and write, and its size. */
export interface OpenUpload {
  file: number;
  sizeBytes: number;
}

/**
 * Uploads whose files stay open from one call to the next: most are appended to once and finished at once, and each
 * call to the operating system that is spared is time on the event loop.
 *
 * Who takes one has it alone, and keeps or closes it.
 */
export interface OpenUploads {
  /** Opens an upload, made when it is not there. @throws UploadNotFoundError for what is no upload's name */
  takeOrCreate(upload: string): Promise<OpenUpload>;
  /** @returns undefined when there is no such upload */
  take(upload: string): Promise<OpenUpload | undefined>;
  /** Gives back one that was taken. */
  keep(upload: string, open: OpenUpload): Promise<void>;
  sizeBytes(upload: string): Promise<number | undefined>;
  close(): Promise<void>;
}

export function createOpenUploads({ layout, files }: { layout: Layout; files: Files }): OpenUploads {
  /** In the order in which they were given back. */
  const kept = new Map<string, OpenUpload>();

  function takeKept(upload: string): OpenUpload | undefined {
    const open = kept.get(upload);
    kept.delete(upload);
    return open;
  }

  async function openExisting(upload: string): Promise<OpenUpload | undefined> {
    const file = await unless(["ENOENT"], files.open(layout.uploadFile(upload), "r+"));
    if (file === undefined) {
      return undefined;
    }
    try {
      return { file, sizeBytes: (await files.fstat(file)).size };
    } catch (error) {
      await files.close(file);
      throw error;
    }
  }

  async function create(upload: string): Promise<OpenUpload | undefined> {
    const file = await unless(["EEXIST"], files.open(layout.uploadFile(upload), NEW_FILE));
    return file === undefined ? undefined : { file, sizeBytes: 0 };
  }

  return {
    async take(upload) {
      if (!isUploadName(upload)) {
        return undefined;
      }
      return takeKept(upload) ?? openExisting(upload);
    },

    async takeOrCreate(upload) {
      const open = takeKept(upload) ?? (await create(upload)) ?? (await openExisting(upload));
      if (open === undefined) {
        throw new UploadNotFoundError(upload);
      }
      return open;
    },

    async keep(upload, open) {
      const others = [takeKept(upload), kept.size < MAX_KEPT ? undefined : takeKept(firstOf(kept))];
      kept.set(upload, open);
      await Promise.all(others.map((other) => other && files.close(other.file)));
    },

    async sizeBytes(upload) {
      if (!isUploadName(upload)) {
        return undefined;
      }
      return kept.get(upload)?.sizeBytes ?? sizeOf(files, layout.uploadFile(upload));
    },

    async close() {
      const all = [...kept.values()];
      kept.clear();
      await Promise.all(all.map(({ file }) => files.close(file)));
    },
  };
}

function firstOf(map: Map<string, unknown>): string {
  return map.keys().next().value ?? "";
}

/** More than push at once, and far less than the files that a process may open. */
const MAX_KEPT = 64;
