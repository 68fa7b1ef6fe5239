import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Files } from "./files.ts";
import type { ByteRange } from "./port.ts";

/**
 * Copies a part of a file to a stream and ends the stream; destroys it when the file cannot be read.
 *
 * Two buffers take turns: one is filled while the stream takes the other. A readable stream needs a new buffer for
 * each read, and getting and freeing them costs more than all else: it sends at half the speed.
 * @throws what the file or the stream meets; ERR_STREAM_PREMATURE_CLOSE when the other side goes away
 */
export async function sendFile(
  file: number,
  sink: Writable,
  { files, start, end }: { files: Files } & ByteRange,
): Promise<void> {
  const writer = createWriter(sink);
  const bufferBytes = Math.min(SEND_BYTES, end - start + 1);
  let filling = Buffer.allocUnsafeSlow(bufferBytes);
  let sending = Buffer.allocUnsafeSlow(bufferBytes);
  try {
    for (let position = start; position <= end;) {
      const bytes = await readSome(file, filling, { files, start: position, end });
      position += bytes.length;
      await writer.idle();
      writer.write(bytes);
      [filling, sending] = [sending, filling];
    }
    await writer.end();
  } catch (error) {
    sink.destroy();
    throw error;
  }
}

/** Writes to a stream, and knows when the stream has taken what was written. */
function createWriter(sink: Writable) {
  let taken = Promise.withResolvers<void>();
  taken.resolve();
  const ended = finished(sink);
  // A stream that is destroyed may never answer to what was written to it.
  ended.catch((error: unknown) => taken.reject(error));
  return {
    idle: () => taken.promise,
    write(bytes: Uint8Array): void {
      taken = Promise.withResolvers<void>();
      taken.promise.catch(() => undefined);
      sink.write(bytes, (error) => (error ? taken.reject(error) : taken.resolve()));
    },
    async end(): Promise<void> {
      sink.end();
      await ended;
    },
  };
}

async function readSome(
  file: number,
  buffer: Buffer,
  { files, start, end }: { files: Files } & ByteRange,
): Promise<Buffer> {
  const length = Math.min(buffer.length, end - start + 1);
  const { bytesRead } = await files.read(file, buffer, { position: start, length });
  if (bytesRead === 0) {
    throw new Error(`Cannot read file: it ends at ${start}, expected ${end + 1} bytes`);
  }
  return buffer.subarray(0, bytesRead);
}

/** Measured: at 128 KiB slower, above this no faster; a pull holds twice this in memory. */
const SEND_BYTES = 256 * 1024;
