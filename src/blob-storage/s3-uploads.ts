import { Readable } from "node:stream";
import { UploadChangedError, UploadNotFoundError, UploadOffsetError } from "./errors.ts";
import { isUploadName } from "./layout.ts";
import type { BlobStorage } from "./port.ts";
import { appendBody } from "./s3-append.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { compose, type Target } from "./s3-compose.ts";
import { isNotThere } from "./s3-errors.ts";
import type { S3Layout } from "./s3-layout.ts";
import { abortLeftMultipart, listLeftMultiparts } from "./s3-left-multiparts.ts";
import { createPieceBuffers } from "./s3-piece-buffers.ts";
import { createPieceWriter } from "./s3-piece-writer.ts";
import { pieceKey, type UploadState } from "./s3-pieces.ts";
import { readObject } from "./s3-read.ts";
import { createRemovals } from "./s3-removals.ts";
import { listUploadStates, type UploadIndex } from "./s3-upload-index.ts";

/** What S3 storage does with uploads until they are objects. */
export interface S3Uploads extends Pick<
  BlobStorage,
  "append" | "uploadSize" | "readUpload" | "cancel" | "listUploads"
> {
  /** Makes an upload an object; it stays an upload when this fails. @throws UploadNotFoundError, UploadChangedError */
  finishAs(upload: string, target: Target): Promise<void>;
  /** Resolves when nothing is being removed. */
  close(): Promise<void>;
}

export function createS3Uploads(
  bucket: S3Bucket,
  { layout, index }: { layout: S3Layout; index: UploadIndex },
): S3Uploads {
  const buffers = createPieceBuffers();
  const removals = createRemovals(bucket);

  async function load(upload: string): Promise<UploadState | undefined> {
    if (!isUploadName(upload)) {
      return undefined;
    }
    await removals.settle(upload);
    return index.load(upload);
  }

  async function existing(upload: string): Promise<UploadState> {
    const state = await load(upload);
    if (state === undefined) {
      throw new UploadNotFoundError(upload);
    }
    return state;
  }

  return {
    async append(upload, body, { offset, onChunk }) {
      const folder = layout.upload(upload);
      const before = await load(upload);
      if ((before?.sizeBytes ?? 0) !== offset) {
        throw new UploadOffsetError(upload, { offset, expected: before?.sizeBytes ?? 0 });
      }
      const writerAt = (start: number) =>
        createPieceWriter({
          start,
          buffers,
          newKey: (at) => pieceKey(folder, at),
          put: (key, bytes) => bucket.put(key, bytes),
        });
      const { state, bodyError } = await appendBody(body, {
        bucket,
        folder,
        before,
        writerAt,
        ...(onChunk && { onChunk }),
      });
      index.note(upload, state);
      if (offset === 0 || index.havePassed(upload, before?.pieces ?? [])) {
        index.notePassed(upload, state.pieces);
      }
      if (bodyError !== undefined) {
        throw bodyError.error;
      }
      return state.sizeBytes;
    },

    async uploadSize(upload) {
      return (await load(upload))?.sizeBytes;
    },

    async readUpload(upload) {
      const { pieces } = await existing(upload);
      index.notePassed(upload, pieces);
      const keys = pieces.filter(({ sizeBytes }) => sizeBytes > 0).map(({ key }) => key);
      return Readable.from(orChanged(upload, readAll(bucket, keys)), { objectMode: false });
    },

    async finishAs(upload, target) {
      const { pieces, strays } = await existing(upload);
      if (!index.havePassed(upload, pieces)) {
        throw new UploadChangedError(upload);
      }
      await compose(bucket, pieces, target).catch((error) => {
        throw changedIfGone(upload, error);
      });
      index.note(upload, undefined);
      await removals.begin(upload, [...pieces.map((piece) => piece.key), ...strays]);
    },

    async cancel(upload) {
      if (!isUploadName(upload)) {
        return;
      }
      await abortLeftMultipart(bucket, layout, upload);
      await removals.settle(upload);
      index.note(upload, undefined);
      const objects = await Array.fromAsync(bucket.list(layout.upload(upload)));
      await bucket.delete(objects.map(({ key }) => key));
    },

    async *listUploads() {
      await removals.settleAll();
      for await (const { upload, state } of listUploadStates(bucket, layout)) {
        yield { upload, sizeBytes: state.sizeBytes, modifiedAt: state.modifiedAt };
      }
      yield* listLeftMultiparts(bucket, layout);
    },

    close: () => removals.settleAll(),
  };
}

async function* orChanged(upload: string, chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw changedIfGone(upload, error);
  }
}

/** Pieces that were there a moment ago were taken by another hub, which ended the upload. */
function changedIfGone(upload: string, error: unknown): unknown {
  return isNotThere(error) ? new UploadChangedError(upload) : error;
}

async function* readAll(bucket: S3Bucket, keys: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const key of keys) {
    yield* (await readObject(bucket, key)) as AsyncIterable<Uint8Array>;
  }
}
