import fs from "node:fs";
import type { Files } from "./files.ts";

/**
 * Files by calls that hold up their thread: a tenth of the work of asking the pool, for a thread that has nothing else
 * to do meanwhile.
 */
export const blockingFiles: Files = {
  open: async (path, flags) => fs.openSync(path, flags),
  openFolder: async (path) => fs.openSync(path, "r"),
  close: async (file) => fs.closeSync(file),
  fstat: async (file) => fs.fstatSync(file),
  read: async (file, into, part) => ({ bytesRead: fs.readSync(file, into, part) }),
  writev: async (file, chunks, position) => ({ bytesWritten: fs.writevSync(file, chunks, position) }),
  ftruncate: async (file, sizeBytes) => fs.ftruncateSync(file, sizeBytes),
  fsync: async (file) => fs.fsyncSync(file),
  fdatasync: async (file) => fs.fdatasyncSync(file),
  mkdir: async (path, mode) => fs.mkdirSync(path, mode),
  opendir: async (path) => fs.opendirSync(path),
  rename: async (from, to) => fs.renameSync(from, to),
  rmdir: async (path) => fs.rmdirSync(path),
  stat: async (path) => fs.statSync(path),
  unlink: async (path) => fs.unlinkSync(path),
};
