import { closeSync, ftruncateSync, openSync, readSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { join } from "node:path";

const GIBIBYTE = 1024 ** 3;
/** More would take minutes; a machine with so much has enough to give. */
const MAX_BYTES = 64 * GIBIBYTE;
const READ_BYTES = 1024 * 1024;

/**
 * Fills free memory with file cache, as it is on a server that has run for a day: by a file that is a hole, so that it
 * takes no room on the disk. Where a host gives a virtual machine its memory only when that is touched, whoever is the
 * first to write waits for it (2.5 ms for each MiB, measured), and takes part of the machine from whoever is measured.
 * @param folder for the file, which is the caller's to remove after the last measurement
 */
export function fillCache(folder: string): void {
  const sizeBytes = Math.min(totalmem(), MAX_BYTES);
  console.error(`filling ${(freemem() / GIBIBYTE).toFixed(1)} GiB of free memory with file cache`);
  const file = openSync(join(folder, "hole"), "w+");
  ftruncateSync(file, sizeBytes);
  const buffer = Buffer.alloc(READ_BYTES);
  while (readSync(file, buffer) > 0);
  closeSync(file);
}
