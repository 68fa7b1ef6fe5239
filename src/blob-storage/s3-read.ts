import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { countPassedChunks } from "./passed-chunks.ts";
import type { ByteRange } from "./port.ts";
import type { OpenObject, S3Bucket } from "./s3-bucket.ts";

/**
 * Opens an object, or a part of it. A connection that breaks on the way, also one that was idle for long since its
 * reader is slow, is made good by another for what is left.
 * @throws S3Error with status 404 when it is not there
 */
export async function readObject(bucket: S3Bucket, key: string, range?: ByteRange): Promise<Readable> {
  const first = await bucket.get(key, { range });
  const start = range?.start ?? 0;
  const part = { start, end: start + first.sizeBytes - 1 };
  return Readable.from(chunksOf(first, { bucket, key, ...part }), { objectMode: false });
}

async function* chunksOf(
  first: OpenObject,
  { bucket, key, start, end }: { bucket: S3Bucket; key: string } & ByteRange,
): AsyncGenerator<Uint8Array> {
  let { body } = first;
  let chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  let position = start;
  let breaks = 0;
  try {
    while (position <= end) {
      const chunk = await nextOf(chunks);
      if (chunk instanceof Error) {
        breaks += 1;
        if (breaks > MAX_BREAKS) {
          throw chunk;
        }
        body.destroy();
        await sleep(BREAK_MS * breaks * Math.random());
        ({ body } = await bucket.get(key, { range: { start: position, end }, etag: first.etag }));
        chunks = body[Symbol.asyncIterator]();
      } else {
        breaks = 0;
        position += chunk.length;
        countPassedChunks(chunk.length, HELD_BYTES);
        yield chunk;
      }
    }
  } finally {
    body.destroy();
  }
}

/** @returns the error when the stream broke, or ended though more was expected */
async function nextOf(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | Error> {
  try {
    const next = await chunks.next();
    return next.done ? new Error("Cannot read from S3: the answer ended too early") : next.value;
  } catch (error) {
    return error as Error;
  }
}

/** Connections that broke one after the other without a byte between them. */
const MAX_BREAKS = 4;
const BREAK_MS = 500;

/** What a stream, and the socket before it, hold of chunks. */
const HELD_BYTES = 1024 * 1024;
