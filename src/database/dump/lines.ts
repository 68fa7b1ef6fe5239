import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { DumpDamagedError } from "./errors.ts";

/** Twice the longest line that a dump has: a manifest of 4 MiB in base64, a resource's document before and after. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * The lines of a compressed text, without their ends.
 * @throws DumpDamagedError for what cannot be decompressed; what the source throws
 */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of decompressed(source)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      yield rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
      rest = [];
      restBytes = 0;
      start = end + 1;
    }
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > MAX_LINE_BYTES) throw new DumpDamagedError("a line of it is too long");
  }
  if (restBytes > 0) throw new DumpDamagedError("it ends in the middle of a line");
}

const NEWLINE = 0x0a;

async function* decompressed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const zstd = createZstdDecompress();
  const decompressing = pipeline(source, zstd);
  decompressing.catch(() => undefined);
  try {
    for await (const chunk of zstd) yield chunk as Buffer;
    await decompressing;
  } catch (error) {
    if (!isZstdError(error)) throw error;
    throw new DumpDamagedError("it is cut off, or other bytes than were written", { cause: error });
  }
}

/** Z_BUF_ERROR for too few bytes, ZSTD_error_… for wrong ones. */
function isZstdError(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^Z(?:_|STD_)/.test(String(error.code));
}
