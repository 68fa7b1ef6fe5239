import type { AppendOptions } from "./port.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { WHOLE_PIECE_BYTES } from "./s3-piece-buffers.ts";
import type { PieceWriter } from "./s3-piece-writer.ts";
import { type Piece, pieceKey, sizeOf, type UploadState } from "./s3-pieces.ts";
import { readObject } from "./s3-read.ts";

/** What an upload is after a body, and what the body threw. */
export interface Appended {
  state: UploadState;
  bodyError: { error: unknown } | undefined;
}

/**
 * Stores a body behind what an upload has. All of it is in S3 when this resolves; when it throws, nothing of it is
 * kept. A body that fails in the middle is kept as far as it came.
 */
export async function appendBody(
  body: AsyncIterable<Uint8Array>,
  options: Pick<AppendOptions, "onChunk"> & {
    bucket: S3Bucket;
    folder: string;
    before: UploadState | undefined;
    writerAt: (start: number) => PieceWriter;
  },
): Promise<Appended> {
  const { bucket, folder, before, writerAt, onChunk } = options;
  // They would become part of the upload as soon as the gap before them is filled.
  await bucket.delete(before?.strays ?? []);
  const { kept, rewritten } = splitTail(before?.pieces ?? []);
  const writer = writerAt(sizeOf(kept));
  const { pieces, bodyError } = await write(writer, { bucket, rewritten, body, ...(onChunk && { onChunk }) });
  const all = [...kept, ...pieces];
  const state = all.length > 0 ? all : [await putEmptyPiece(bucket, folder)];
  const strays = rewritten.map(({ key }) => key);
  const isTidy = await bucket.delete(strays).then(
    () => true,
    () => false,
  );
  return {
    state: { pieces: state, sizeBytes: sizeOf(state), strays: isTidy ? [] : strays, modifiedAt: new Date() },
    bodyError,
  };
}

/**
 * Many small pieces at the end are written again as one, or an upload in tiny chunks would have millions of them.
 */
export function splitTail(pieces: readonly Piece[]): { kept: Piece[]; rewritten: Piece[] } {
  const whole = pieces.findLastIndex(({ sizeBytes }) => sizeBytes >= WHOLE_PIECE_BYTES);
  const small = pieces.slice(whole + 1);
  return small.length < MAX_SMALL
    ? { kept: [...pieces], rewritten: [] }
    : { kept: pieces.slice(0, whole + 1), rewritten: small };
}

async function write(
  writer: PieceWriter,
  parts: Pick<AppendOptions, "onChunk"> & {
    bucket: S3Bucket;
    rewritten: readonly Piece[];
    body: AsyncIterable<Uint8Array>;
  },
): Promise<{ pieces: Piece[]; bodyError: Appended["bodyError"] }> {
  try {
    await rewrite(writer, parts);
    const bodyError = await writeBody(writer, parts);
    return { pieces: await writer.end(), bodyError };
  } catch (error) {
    await writer.end().catch(() => undefined);
    // What cannot be removed now is taken for bytes that came, which it is, or is removed with the upload.
    await parts.bucket.delete(writer.keys).catch(() => undefined);
    throw error;
  }
}

async function rewrite(
  writer: PieceWriter,
  { bucket, rewritten }: { bucket: S3Bucket; rewritten: readonly Piece[] },
): Promise<void> {
  for (const { key, sizeBytes } of rewritten) {
    if (sizeBytes > 0) {
      for await (const chunk of await readObject(bucket, key)) {
        await writer.write(chunk as Uint8Array);
      }
    }
  }
}

/** @returns what the body, or `onChunk`, threw; what the writer met is thrown by its end */
async function writeBody(
  writer: PieceWriter,
  { body, onChunk }: { body: AsyncIterable<Uint8Array> } & Pick<AppendOptions, "onChunk">,
): Promise<Appended["bodyError"]> {
  try {
    for await (const chunk of body) {
      onChunk?.(chunk);
      await writer.write(chunk);
    }
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** An upload of no bytes exists by it. */
async function putEmptyPiece(bucket: S3Bucket, folder: string): Promise<Piece> {
  const piece = { key: pieceKey(folder, 0), start: 0, sizeBytes: 0 };
  await bucket.put(piece.key, new Uint8Array());
  return piece;
}

/** A body's end costs one small piece, so this is how many requests go before the last of them are read again. */
const MAX_SMALL = 32;
