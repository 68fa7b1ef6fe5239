import type { FileHandle } from "node:fs/promises";
import { type BodyWriter, createBodyWriter, type Writeback } from "./body-writer.ts";
import { UploadNotFoundError, UploadOffsetError } from "./errors.ts";
import { type Files, namesIn, READ_BYTES, sizeOf, storing, unless, WRITE_OR_CREATE } from "./files.ts";
import { isUploadName, type Layout } from "./layout.ts";
import type { AppendOptions, BlobStorage } from "./port.ts";

/** What file storage does with uploads until they are blobs. */
export function createFileUploads(
  layout: Layout,
  files: Files,
): Pick<BlobStorage, "append" | "uploadSize" | "readUpload" | "cancel" | "listUploads"> {
  const writeback: Writeback = { busy: false };
  return {
    append: (upload, body, options) =>
      storing(async () => {
        const file = await openAt(options.offset, { upload, layout, files });
        try {
          const writer = createBodyWriter(file, { position: options.offset, writeback });
          return await writeBody(body, { file, writer, ...options });
        } finally {
          await file.close();
        }
      }),

    async uploadSize(upload) {
      return isUploadName(upload) ? await sizeOf(files, layout.uploadFile(upload)) : undefined;
    },

    async readUpload(upload) {
      const file = await openUpload(upload, { layout, files });
      return file.createReadStream({ highWaterMark: READ_BYTES });
    },

    async cancel(upload) {
      if (isUploadName(upload)) {
        await unless(["ENOENT"], files.unlink(layout.uploadFile(upload)));
      }
    },

    async *listUploads() {
      for await (const name of namesIn(files, layout.uploads)) {
        if (isUploadName(name)) {
          yield name;
        }
      }
    },
  };
}

/** @throws UploadNotFoundError */
export async function openUpload(
  upload: string,
  { layout, files }: { layout: Layout; files: Files },
): Promise<FileHandle> {
  const file = await unless(["ENOENT"], files.open(layout.uploadFile(upload)));
  if (file === undefined) {
    throw new UploadNotFoundError(upload);
  }
  return file;
}

async function openAt(
  offset: number,
  { upload, layout, files }: { upload: string; layout: Layout; files: Files },
): Promise<FileHandle> {
  const flags = offset === 0 ? WRITE_OR_CREATE : "r+";
  const file = await unless(["ENOENT"], files.open(layout.uploadFile(upload), flags));
  const expected = (await file?.stat())?.size ?? 0;
  if (file === undefined || expected !== offset) {
    await file?.close();
    throw new UploadOffsetError(upload, { offset, expected });
  }
  return file;
}

/** A body that fails leaves what came before it did; a write that fails leaves nothing of the body. */
async function writeBody(
  body: AsyncIterable<Uint8Array>,
  { file, writer, onChunk }: { file: FileHandle; writer: BodyWriter } & AppendOptions,
): Promise<number> {
  try {
    for await (const chunk of body) {
      onChunk?.(chunk);
      await writer.write(chunk);
    }
    return await writer.end();
  } catch (error) {
    await Promise.allSettled([writer.end()]);
    if (writer.intactUntil !== undefined) {
      await file.truncate(writer.intactUntil);
    }
    throw error;
  }
}
