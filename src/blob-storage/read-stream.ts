import { Readable } from "node:stream";
import { callbackify } from "node:util";
import type { Files } from "./files.ts";
import { countPassedChunks } from "./passed-chunks.ts";
import type { ByteRange } from "./port.ts";

/** A stream of an open file, or a part of it; it closes the file when it ends or is destroyed. */
export function streamOf(
  file: number,
  { files, range }: { files: Files; range?: ByteRange | undefined },
): Readable {
  const start = range?.start ?? 0;
  let position = start;
  const end = range === undefined ? Number.POSITIVE_INFINITY : range.end + 1;
  let room: Uint8Array = NO_BYTES;

  async function readNext(): Promise<Uint8Array | null> {
    // What a short read left is used first: it is enough for the next to find the end.
    if (room.length === 0) room = newRoom(position === start ? FIRST_READ_BYTES : READ_BYTES);
    const length = Math.min(room.length, end - position);
    if (length === 0) return null;
    const { bytesRead } = await files.read(file, room, { position, length });
    if (bytesRead === 0) return null;
    const chunk = room.subarray(0, bytesRead);
    room = room.subarray(bytesRead);
    position += bytesRead;
    return chunk;
  }

  return new Readable({
    highWaterMark: READ_BYTES,
    read() {
      readNext().then(
        (chunk) => this.push(chunk),
        (error: Error) => this.destroy(error),
      );
    },
    destroy: callbackify(async (error: Error | null) => {
      await files.close(file);
      if (error) throw error;
    }),
  });
}

/** What a stream reads is garbage as soon as its reader has gone on, as what comes from a socket is. */
function newRoom(sizeBytes: number): Uint8Array {
  countPassedChunks(sizeBytes, 2 * READ_BYTES);
  return Buffer.allocUnsafeSlow(sizeBytes);
}

const NO_BYTES = new Uint8Array();

/** Most blobs are configs and manifests, and hold less. */
const FIRST_READ_BYTES = 16 * 1024;

/** Measured: less takes longer, more gains nothing. */
const READ_BYTES = 512 * 1024;
