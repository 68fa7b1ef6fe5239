import type { Files } from "./files.ts";

/** Writes the chunks of one body into a file: few and big writes, each while the next is gathered. */
export interface BodyWriter {
  /** Takes a chunk; resolves when there is room for another. Throws what a write before it met. */
  write(chunk: Uint8Array): Promise<void>;
  /** Writes what was gathered. @returns the position after the last byte */
  end(): Promise<number>;
  /** Where the file must be cut when a write failed; undefined while all is well. */
  readonly intactUntil: number | undefined;
}

/** Lets one file at a time go to disk in the background, whoever writes. */
export interface Writeback {
  busy: boolean;
}

/**
 * A big file that is synced at its end alone keeps its client waiting while gigabytes go to disk; so data is
 * sent to disk as it grows.
 */
export function createBodyWriter(
  file: number,
  options: { files: Files; position: number; writeback: Writeback },
): BodyWriter {
  const { files, writeback } = options;
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
    gathered = [];
    gatheredBytes = 0;
    if (unsyncedBytes >= WRITEBACK_BYTES && !writeback.busy) {
      startSync();
    }
  }

  function startSync(): void {
    unsyncedBytes = 0;
    writeback.busy = true;
    syncing = syncing
      .then(() => files.fdatasync(file))
      .catch((error: unknown) => {
        // The system tells of lost bytes once, and not which: none of the file can be trusted.
        intactUntil = 0;
        throw error;
      })
      .finally(() => {
        writeback.busy = false;
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
      if (gatheredBytes >= WRITE_BYTES || gathered.length >= WRITE_CHUNKS) {
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

/** Measured: bigger writes gain nothing, smaller ones cost time. An upload holds twice this in memory. */
const WRITE_BYTES = 1024 * 1024;

/** What one writev takes (IOV_MAX on Linux and macOS); bounds what tiny chunks cost besides their bytes. */
const WRITE_CHUNKS = 1024;

/** Measured: the final sync of a 512 MiB upload then has next to nothing to do, and the uploads takes a third less. */
const WRITEBACK_BYTES = 32 * 1024 * 1024;
