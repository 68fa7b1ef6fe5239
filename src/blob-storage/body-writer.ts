import type { Files } from "./files.ts";
import { countPassedChunks } from "./passed-chunks.ts";

/** Writes the chunks of one body into a file: few and big writes, each while the next is gathered. */
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
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let unsyncedBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  let syncing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    await writing;
    writing = writeAll(file, gathered, { files, position }).catch((error: unknown) => {
      intactUntil ??= options.position;
      throw error;
    });
    // The next flush, or the end, throws it.
    writing.catch(() => undefined);
    position += gatheredBytes;
    unsyncedBytes += gatheredBytes;
    countPassedChunks(gatheredBytes, heldBytes(share));
    gathered = [];
    gatheredBytes = 0;
    if (unsyncedBytes >= WRITEBACK_BYTES && !share.syncing) {
      startSync();
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
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      if (gatheredBytes >= writeBytes(share) || gathered.length >= WRITE_CHUNKS) {
        await flush();
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

function writeBytes({ writers }: WriterShare): number {
  return Math.max(MIN_WRITE_BYTES, Math.min(MAX_WRITE_BYTES, GATHERED_BYTES / writers));
}

/** What is gathered, and as much again that is being written. */
function heldBytes(share: WriterShare): number {
  return 2 * share.writers * writeBytes(share);
}

/** What all uploads gather together. */
const GATHERED_BYTES = 8 * 1024 * 1024;

/** Measured: bigger writes gain nothing. */
const MAX_WRITE_BYTES = 1024 * 1024;

/** What comes from a socket at once. */
const MIN_WRITE_BYTES = 64 * 1024;

/** What one writev takes (IOV_MAX on Linux and macOS); bounds what tiny chunks cost besides their bytes. */
const WRITE_CHUNKS = 1024;

/** Measured: the final sync of a 512 MiB upload then has next to nothing to do, and the uploads takes a third less. */
const WRITEBACK_BYTES = 32 * 1024 * 1024;
