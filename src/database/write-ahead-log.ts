import { readSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * The `-wal` file of an open SQLite database, for what SQLite would do on the thread that calls it: the sync.
 *
 * Opening and closing this file is safe: closing any descriptor of a file drops the process's POSIX locks on it
 * (https://www.sqlite.org/howtocorrupt.html §2.2), but SQLite locks only the database file and `-shm`, never `-wal`
 * (https://www.sqlite.org/walformat.html §2.3). It is there, the same file, as long as a connection is open.
 */
export interface WriteAheadLog {
  /** Resolves when every commit made before this call is on disk. */
  sync(): Promise<void>;
  /** Whether it holds more than this many pages. */
  isLongerThan(pages: number): boolean;
  /** Changes when the log begins anew, which it does when a checkpoint has taken over all of it. */
  salt(): string;
  close(): Promise<void>;
}

export type SyncFile = (file: FileHandle) => Promise<void>;

/** One descriptor for the database's life: a sync reports only those write errors that came after its open. */
export async function openWriteAheadLog(
  databasePath: string,
  { pageSize, syncFile }: { pageSize: number; syncFile: SyncFile },
): Promise<WriteAheadLog> {
  const file = await open(`${databasePath}-wal`, "r+");
  return {
    sync: () => syncFile(file),
    isLongerThan(pages) {
      const frame = readSalt(
        file,
        WAL_HEADER_BYTES + pages * (FRAME_HEADER_BYTES + pageSize) + FRAME_SALT_OFFSET,
      );
      return frame !== "" && frame === readSalt(file, HEADER_SALT_OFFSET);
    },
    salt: () => readSalt(file, HEADER_SALT_OFFSET),
    close: () => file.close(),
  };
}

export function syncData(file: FileHandle): Promise<void> {
  return file.datasync();
}

/** Makes the names of new files in a file's folder durable. */
export async function syncFolderOf(path: string): Promise<void> {
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * https://www.sqlite.org/fileformat2.html#the_write_ahead_log: a header, then frames of a header and a page. A frame
 * belongs to the log while its salt is the header's; those of an earlier round stay behind it until overwritten.
 */
const WAL_HEADER_BYTES = 32;
const HEADER_SALT_OFFSET = 16;
const FRAME_HEADER_BYTES = 24;
const FRAME_SALT_OFFSET = 8;
const SALT_BYTES = 8;

/** Eight bytes that were just written, from the system's cache: not worth a turn of the event loop. */
function readSalt(file: FileHandle, position: number): string {
  const salt = Buffer.alloc(SALT_BYTES);
  const bytes = readSync(file.fd, salt, 0, SALT_BYTES, position);
  return bytes === SALT_BYTES ? salt.toString("hex") : "";
}
