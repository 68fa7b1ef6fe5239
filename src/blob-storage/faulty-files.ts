import { type Files, nodeFiles } from "./files.ts";

/** What the operating system throws. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as if`), { code });
}

/** A disk that works until it is told to fail. */
export function faultyDisk(): {
  files: Files;
  fail: (call: keyof Files, code: string) => void;
  heal: () => void;
} {
  const files = { ...nodeFiles };
  return {
    files,
    fail(call, code) {
      Object.assign(files, { [call]: () => Promise.reject(systemError(code)) });
    },
    heal: () => Object.assign(files, nodeFiles),
  };
}

/** A disk with room for so many bytes: takes what fits, then refuses, as a real one does. */
export function fullDisk(roomBytes: number): { files: Files; free: (bytes: number) => void } {
  let room = roomBytes;
  const files = takingAtMost((sizeBytes) => {
    const taken = Math.min(sizeBytes, room);
    room -= taken;
    if (taken === 0) {
      throw systemError("ENOSPC");
    }
    return taken;
  });
  return {
    files,
    free(bytes) {
      room += bytes;
    },
  };
}

/** A disk that writes no more than `take` says of the bytes that it is given at once. */
export function takingAtMost(take: (sizeBytes: number) => number): Files {
  return {
    ...nodeFiles,
    async writev(file, chunks, position) {
      const bytes = Buffer.concat(chunks);
      return nodeFiles.writev(file, [bytes.subarray(0, take(bytes.length))], position);
    },
  };
}

/** A disk that knows how many files are open. */
export function countingDisk(): { files: Files; openFiles: () => number } {
  const open = new Set<number>();
  const files: Files = {
    ...nodeFiles,
    async open(path, flags) {
      const file = await nodeFiles.open(path, flags);
      open.add(file);
      return file;
    },
    async openFolder(path) {
      const file = await nodeFiles.openFolder(path);
      open.add(file);
      return file;
    },
    close(file) {
      open.delete(file);
      return nodeFiles.close(file);
    },
  };
  return { files, openFiles: () => open.size };
}

/** Notes what was done on disk, in order: `sync PATH`, `rename PATH`. */
export function recordedFiles(done: string[]): Files {
  const paths = new Map<number, string>();
  return {
    ...nodeFiles,
    async open(path, flags) {
      const file = await nodeFiles.open(path, flags);
      paths.set(file, path);
      return file;
    },
    async openFolder(path) {
      const file = await nodeFiles.openFolder(path);
      paths.set(file, path);
      return file;
    },
    async fsync(file) {
      await nodeFiles.fsync(file);
      done.push(`sync ${paths.get(file)}`);
    },
    async rename(from, to) {
      await nodeFiles.rename(from, to);
      done.push(`rename ${to}`);
    },
  };
}
