import { pipeline } from "node:stream";
import { constants, createGunzip, createZstdDecompress } from "node:zlib";
import type { Digest } from "../oci/digest.ts";
import { UnavailableError } from "./errors.ts";

// 64 KiB at a time rather than the 16 KiB of zlib's default: a third less overhead for each byte.
const CHUNK_BYTES = 64 * 1024;
/** Largest zstd window, 128 MiB: what `zstd` itself takes without asking. */
const ZSTD_WINDOW_LOG = 27;

type Bytes = AsyncIterable<Uint8Array>;

/**
 * Unpacks a layer by its first bytes, since media types are often wrong.
 * @throws UnavailableError LayerUnsupported
 */
export async function* unpack(
  packed: AsyncGenerator<Uint8Array>,
  digest: Digest,
): AsyncGenerator<Uint8Array> {
  const head = await readHead(packed, MAGIC_BYTES);
  const bytes = chain(head, packed);
  const unsupported = UNSUPPORTED.find(({ magic }) => head.indexOf(magic) === 0);
  if (unsupported) {
    throw new UnavailableError(
      "LayerUnsupported",
      `Cannot read layer ${digest}: it is packed with ${unsupported.name}, expected gzip, zstd or no compression`,
    );
  }
  if (head.indexOf(GZIP) === 0) yield* through(bytes, createGunzip({ chunkSize: CHUNK_BYTES }));
  else if (isZstd(head)) yield* through(bytes, zstdDecompress());
  else yield* bytes;
}

const MAGIC_BYTES = 6;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
// A zstd stream may begin with a frame to skip: 0x184D2A50 to 0x184D2A5F, little-endian.
const ZSTD_SKIPPABLE = Buffer.from([0x2a, 0x4d, 0x18]);
const UNSUPPORTED = [
  { name: "xz", magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) },
  { name: "bzip2", magic: Buffer.from("BZh") },
  { name: "lz4", magic: Buffer.from([0x04, 0x22, 0x4d, 0x18]) },
];

function isZstd(head: Buffer): boolean {
  const isSkippable = ((head[0] ?? 0) & 0xf0) === 0x50 && head.indexOf(ZSTD_SKIPPABLE) === 1;
  return isSkippable || head.indexOf(ZSTD) === 0;
}

function zstdDecompress(): NodeJS.ReadWriteStream {
  return createZstdDecompress({
    chunkSize: CHUNK_BYTES,
    params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
  });
}

async function* through(bytes: Bytes, decompressor: NodeJS.ReadWriteStream): AsyncGenerator<Uint8Array> {
  // A failure destroys the decompressor with its error, which the loop over it throws.
  const unpacked = pipeline(bytes, decompressor, () => {});
  for await (const chunk of unpacked) yield chunk as Buffer;
}

/** At least `length` bytes from the start, or all there are. */
async function readHead(bytes: AsyncGenerator<Uint8Array>, length: number): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < length) {
    const next = await bytes.next();
    if (next.done) break;
    // The first chunk nearly always has it all, and is not copied then.
    head = head.length === 0 ? viewOf(next.value) : Buffer.concat([head, next.value]);
  }
  return head;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

async function* chain(head: Buffer, rest: Bytes): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}
