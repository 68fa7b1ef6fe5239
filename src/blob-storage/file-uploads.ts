import { type BodyWriter, createBodyWriter, GATHERED_BYTES, type WriterShare } from "./body-writer.ts";
import { UploadNotFoundError, UploadOffsetError } from "./errors.ts";
import { type Files, namesIn, openToRead, storing, unless, whatIsKnownOf } from "./files.ts";
import { isUploadName, type Layout } from "./layout.ts";
import type { OpenUpload, OpenUploads } from "./open-uploads.ts";
import type { AppendOptions, BlobStorage } from "./port.ts";
import { streamOf } from "./read-stream.ts";
import { createWriteBuffers } from "./write-buffers.ts";

/** What file storage does with uploads until they are blobs. */
export function createFileUploads(
  layout: Layout,
  { files, openUploads }: { files: Files; openUploads: OpenUploads },
): Pick<BlobStorage, "append" | "uploadSize" | "readUpload" | "cancel" | "listUploads"> {
  const share: WriterShare = {
    writers: 0,
    syncing: false,
    buffers: createWriteBuffers(2 * GATHERED_BYTES),
  };
  return {
    append: (upload, body, options) =>
      storing(async () => {
        const open = await takeAt(options.offset, { upload, openUploads });
        share.writers += 1;
        try {
          const writer = createBodyWriter(open.file, { files, position: options.offset, share });
          open.sizeBytes = await writeBody(body, { file: open.file, files, writer, ...options });
        } catch (error) {
          // How much of it is there the disk alone knows: whoever goes on opens the file anew.
          await files.close(open.file);
          throw error;
        } finally {
          share.writers -= 1;
        }
        await openUploads.keep(upload, open);
        return open.sizeBytes;
      }),

    uploadSize: (upload) => openUploads.sizeBytes(upload),

    async readUpload(upload) {
      const file = await openToRead(files, layout.uploadFile(upload));
      if (file === undefined) {
        throw new UploadNotFoundError(upload);
      }
      return streamOf(file, { files });
    },

    async cancel(upload) {
      const open = await openUploads.take(upload);
      if (open !== undefined) {
        await files.close(open.file);
        await unless(["ENOENT"], files.unlink(layout.uploadFile(upload)));
      }
    },

    async *listUploads() {
      for await (const name of namesIn(files, layout.uploads)) {
        const known = isUploadName(name) ? await whatIsKnownOf(files, layout.uploadFile(name)) : undefined;
        if (known !== undefined) {
          yield { upload: name, ...known };
        }
      }
    },
  };
}

async function takeAt(
  offset: number,
  { upload, openUploads }: { upload: string; openUploads: OpenUploads },
): Promise<OpenUpload> {
  const open = await (offset === 0 ? openUploads.takeOrCreate(upload) : openUploads.take(upload));
  if (open !== undefined && open.sizeBytes === offset) {
    return open;
  }
  if (open !== undefined) {
    await openUploads.keep(upload, open);
  }
  throw new UploadOffsetError(upload, { offset, expected: open?.sizeBytes ?? 0 });
}

/** A body that fails leaves what came before it did; a write that fails leaves nothing of the body. */
async function writeBody(
  body: AsyncIterable<Uint8Array>,
  { file, files, writer, onChunk }: { file: number; files: Files; writer: BodyWriter } & AppendOptions,
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
      await files.ftruncate(file, writer.intactUntil);
    }
    throw error;
  }
}
