import type { Multipart, Part, S3Bucket } from "./s3-bucket.ts";
import { isNotThere } from "./s3-errors.ts";
import { createLanes } from "./s3-lanes.ts";
import { WHOLE_PIECE_BYTES } from "./s3-piece-buffers.ts";
import { type Piece, sizeOf } from "./s3-pieces.ts";
import { readObject } from "./s3-read.ts";

/** The object that pieces become. */
export interface Target {
  key: string;
  /** Whether an object of that key and size is another, and to be replaced. */
  replace: boolean;
}

/** Makes pieces one object, within S3. The object appears whole, with its last request, or not at all. */
export async function compose(bucket: S3Bucket, pieces: readonly Piece[], target: Target): Promise<void> {
  const { key } = target;
  const filled = pieces.filter(({ sizeBytes }) => sizeBytes > 0);
  const parts = planParts(filled);
  const [first] = parts;
  if (first === undefined) {
    await bucket.put(key, new Uint8Array());
  } else if (parts.length > 1) {
    await composeParts(bucket, parts, { ...target, sizeBytes: sizeOf(filled) });
  } else if (first.length > 1) {
    await bucket.put(key, await readPieces(bucket, first));
  } else if (first[0] !== undefined) {
    await bucket.copy(first[0].key, key);
  }
}

/**
 * Pieces that make a part each: one that is whole, or several that are too small; only the last part may be small.
 */
export function planParts(pieces: readonly Piece[]): Piece[][] {
  const parts: Piece[][] = [];
  let small: Piece[] = [];
  for (const piece of pieces) {
    small.push(piece);
    if (small.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) >= WHOLE_PIECE_BYTES) {
      parts.push(small);
      small = [];
    }
  }
  return small.length === 0 ? parts : [...parts, small];
}

async function composeParts(
  bucket: S3Bucket,
  parts: Piece[][],
  { key, replace, sizeBytes }: Target & { sizeBytes: number },
): Promise<void> {
  const before = await bucket.head(key);
  if (before?.sizeBytes === sizeBytes && !replace) {
    return;
  }
  const multipart = await bucket.startMultipart(key);
  try {
    const made = await forEach(parts, (pieces, index) => makePart(bucket, multipart, { pieces, index }));
    await bucket.completeMultipart(multipart, made);
  } catch (error) {
    // An answer that was lost: the request that was tried again found the upload done.
    const now = isNotThere(error) ? await bucket.head(key) : undefined;
    if (now?.sizeBytes === sizeBytes && now.etag !== before?.etag) {
      return;
    }
    // What cannot be aborted now is listed as an upload, and ends as those do.
    await bucket.abortMultipart(multipart).catch(() => undefined);
    throw error;
  }
}

async function makePart(
  bucket: S3Bucket,
  multipart: Multipart,
  { pieces, index }: { pieces: Piece[]; index: number },
): Promise<Part> {
  const [first] = pieces;
  return first !== undefined && pieces.length === 1
    ? inLane(() => bucket.copyPart(multipart, index + 1, first.key))
    : inReadingLane(async () => bucket.putPart(multipart, index + 1, await readPieces(bucket, pieces)));
}

async function readPieces(bucket: S3Bucket, pieces: readonly Piece[]): Promise<Buffer> {
  const start = pieces[0]?.start ?? 0;
  const bytes = Buffer.allocUnsafeSlow(sizeOf(pieces) - start);
  const read = async (piece: Piece) => {
    let at = piece.start - start;
    for await (const chunk of await readObject(bucket, piece.key)) {
      bytes.set(chunk as Uint8Array, at);
      at += (chunk as Uint8Array).length;
    }
  };
  await forEach(pieces, (piece) => inLane(() => read(piece)));
  return bytes;
}

/** What fails ends the rest, and is thrown when nothing runs any more. */
async function forEach<From, To>(
  items: readonly From[],
  work: (item: From, index: number) => Promise<To>,
): Promise<To[]> {
  const results: To[] = [];
  const errors: unknown[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) {
      if (errors.length > 0) {
        return;
      }
      await work(item, index).then(
        (result) => (results[index] = result),
        (error: unknown) => errors.push(error),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  if (errors.length > 0) {
    throw errors[0];
  }
  return results;
}

/** Requests of one blob at once. */
const AT_ONCE = 8;

/** Requests of all blobs at once: each takes half a MiB while it is under way. */
const inLane = createLanes(16);

/** Parts that are read into memory: 10 MiB or so each. */
const inReadingLane = createLanes(1);
