import type { FileHandle } from "node:fs/promises";
import { type Files, nodeFiles } from "./files.ts";

/** Node's file functions, with what `spoil` changes on each handle that they open. */
export function spoiledFiles(spoil: (handle: FileHandle, path: string) => void): Files {
  return {
    ...nodeFiles,
    async open(path, flags, mode) {
      const handle = await nodeFiles.open(path, flags, mode);
      spoil(handle, String(path));
      return handle;
    },
  };
}

/** What the operating system throws. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as if`), { code });
}

/** A disk with room for so many bytes: takes what fits, then refuses, as a real one does. */
export function fullDisk(roomBytes: number): { files: Files; free: (bytes: number) => void } {
  let room = roomBytes;
  const files = spoiledFiles((handle) =>
    limitWrites(handle, (sizeBytes) => {
      const taken = Math.min(sizeBytes, room);
      room -= taken;
      if (taken === 0) {
        throw systemError("ENOSPC");
      }
      return taken;
    }),
  );
  return {
    files,
    free(bytes) {
      room += bytes;
    },
  };
}

/** Lets a handle write no more than `take` says of the bytes that it is given. */
export function limitWrites(handle: FileHandle, take: (sizeBytes: number) => number): void {
  handle.writev = async (buffers, position) => {
    const bytes = Buffer.concat(buffers.map(bytesOfView));
    const { bytesWritten } = await handle.write(bytes, 0, take(bytes.length), position);
    return { bytesWritten, buffers };
  };
}

function bytesOfView(view: NodeJS.ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** What was asked of the operating system, in order: `sync PATH`, `rename PATH`, …, each noted when it is done. */
export function recordedFiles(done: string[]): Files {
  const files = spoiledFiles((handle, path) => {
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await sync();
      done.push(`sync ${path}`);
    };
  });
  return {
    ...files,
    async rename(from, to) {
      await files.rename(from, to);
      done.push(`rename ${String(to)}`);
    },
  };
}
