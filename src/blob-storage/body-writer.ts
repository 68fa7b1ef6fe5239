import type { Files } from "./files.ts";
import type { WriteBuffers } from "./write-buffers.ts";

/**
 * Writes the chunks of one body into a file: few and big writes, each while the next is gathered. What comes is copied,
 * all but a little into buffers that are used again, so that whoever made a chunk has it back at once.
 */
export interface BodyWriter {
  /** Takes a chunk; resolves when there is room for another. Throws what a write before it met. */
  write(chunk: Uint8Array): Promise<void>;
  /** Writes what was gathered. @returns the position after the last byte */
  end(): Promise<number>;
  /** Where the file must be cut when a write failed; undefined while all is well. */
  readonly intactUntil: number | undefined;
}

/** What the writers of one storage share. */
export interface WriterShare {
  /** How many write now, and so share what is held in memory. */
  writers: number;
  /** Whether a file goes to disk in the background: one at a time, whoever writes it. */
  syncing: boolean;
  buffers: WriteBuffers;
}

/**
 * A big file that is synced at its end alone keeps its client waiting while gigabytes go to disk; so data is
 * sent to disk as it grows.
 */
export function createBodyWriter(
  file: number,
  options: { files: Files; position: number; share: WriterShare },
): BodyWriter {
  const { files, share } = options;
  let position = options.position;
  let intactUntil: number | undefined;
  /** What came, while that is little. */
  let chunks: Uint8Array[] = [];
  let buffer: Uint8Array | undefined;
  let gatheredBytes = 0;
  let unsyncedBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  let syncing: Promise<void> = Promise.resolve();

  /** @returns what there was no room for */
  function gather(chunk: Uint8Array): Uint8Array {
    if (buffer === undefined && gatheredBytes + chunk.length <= LITTLE_BYTES) {
      chunks.push(Buffer.from(chunk));
      gatheredBytes += chunk.length;
      return NOTHING;
    }
    buffer ??= startBuffer();
    const taken = chunk.subarray(0, buffer.length - gatheredBytes);
    buffer.set(taken, gatheredBytes);
    gatheredBytes += taken.length;
    return chunk.subarray(taken.length);
  }

  function startBuffer(): Uint8Array {
    const empty = share.buffers.take(writeBytes(share));
    let at = 0;
    for (const chunk of chunks.splice(0)) {
      empty.set(chunk, at);
      at += chunk.length;
    }
    return empty;
  }

  function isFull(): boolean {
    return gatheredBytes >= (buffer?.length ?? writeBytes(share)) || chunks.length >= WRITE_CHUNKS;
  }

  async function flush(): Promise<void> {
    await writing;
    writing = writeGathered();
    // The next flush, or the end, throws it.
    writing.catch(() => undefined);
    if (unsyncedBytes >= WRITEBACK_BYTES && !share.syncing) {
      startSync();
    }
  }

  async function writeGathered(): Promise<void> {
    const [whole, sizeBytes, at] = [buffer, gatheredBytes, position];
    const parts = whole ? [whole.subarray(0, sizeBytes)] : chunks;
    position += sizeBytes;
    unsyncedBytes += sizeBytes;
    [chunks, buffer, gatheredBytes] = [[], undefined, 0];
    try {
      await writeAll(file, parts, { files, position: at });
    } catch (error) {
      intactUntil ??= options.position;
      throw error;
    } finally {
      if (whole) share.buffers.giveBack(whole);
    }
  }

  function startSync(): void {
    unsyncedBytes = 0;
    share.syncing = true;
    syncing = syncing
      .then(() => files.fdatasync(file))
      .catch((error: unknown) => {
        // The system tells of lost bytes once, and not which: none of the file can be trusted.
        intactUntil = 0;
        throw error;
      })
      .finally(() => {
        share.syncing = false;
      });
    syncing.catch(() => undefined);
  }

  return {
    get intactUntil() {
      return intactUntil;
    },
    async write(chunk) {
      for (let rest = chunk; rest.length > 0;) {
        rest = gather(rest);
        if (isFull()) {
          await flush();
        }
      }
    },
    async end() {
      const ends = await Promise.allSettled([flush().then(() => writing), syncing]);
      for (const end of ends) {
        if (end.status === "rejected") {
          throw end.reason;
        }
      }
      return position;
    },
  };
}

/** The system may take less than it is given, as when the disk is nearly full: the next write says why. */
async function writeAll(
  file: number,
  chunks: Uint8Array[],
  { files, position }: { files: Files; position: number },
): Promise<void> {
  let left = withoutFirst(chunks, 0);
  let at = position;
  while (left.length > 0) {
    const { bytesWritten } = await files.writev(file, left, at);
    at += bytesWritten;
    left = withoutFirst(left, bytesWritten);
  }
}

/** The chunks that follow the first `count` bytes; none is empty. */
function withoutFirst(chunks: Uint8Array[], count: number): Uint8Array[] {
  const left: Uint8Array[] = [];
  let skip = count;
  for (const chunk of chunks) {
    if (skip < chunk.length) {
      left.push(skip === 0 ? chunk : chunk.subarray(skip));
    }
    skip = Math.max(0, skip - chunk.length);
  }
  return left;
}

/** A power of two, so that a buffer can be used again when there are some uploads more or less. */
function writeBytes({ writers }: WriterShare): number {
  const part = 2 ** Math.floor(Math.log2(GATHERED_BYTES / writers));
  return Math.max(MIN_WRITE_BYTES, Math.min(MAX_WRITE_BYTES, part));
}

const NOTHING = new Uint8Array();

/** What all uploads gather together, and as much again that is being written. */
export const GATHERED_BYTES = 8 * 1024 * 1024;

/**
 * Measured: bigger writes gain nothing, and cost up to four times the processor time where the memory that the system
 * takes for them must come from a host.
 */
const MAX_WRITE_BYTES = 256 * 1024;

/** What comes from a socket at once. */
const MIN_WRITE_BYTES = 64 * 1024;

/** A client that has sent little gets no buffer: many that are slow hold no more than they sent. */
const LITTLE_BYTES = MIN_WRITE_BYTES;

/** What one writev takes (IOV_MAX on Linux and macOS); bounds what tiny chunks cost besides their bytes. */
const WRITE_CHUNKS = 1024;

/** Measured: the final sync of a 512 MiB upload then has next to nothing to do, and the uploads takes a third less. */
const WRITEBACK_BYTES = 32 * 1024 * 1024;
