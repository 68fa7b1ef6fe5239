import { Readable } from "node:stream";
import { systemError } from "../../src/blob-storage/faulty-files.ts";
import type { BlobStorage } from "../../src/blob-storage/port.ts";
import { withFault, type Faults } from "./faults.ts";

/** A storage with faults in the calls of its port. */
export function faultyStorage(storage: BlobStorage, faults: Faults): BlobStorage {
  const next = (name: string) => faults.next(`${name}`);
  return {
    ...storage,
    stat: (digest) => withFault(next("stat"), () => storage.stat(digest)),
    read: (digest, range) =>
      withFault(
        next("read"),
        () => storage.read(digest, range),
        async () => halfOf(await storage.read(digest, range)),
      ),
    send: (digest, sink, options) =>
      withFault(
        next("send"),
        () => storage.send(digest, sink, options),
        async () => {
          options?.onOpen?.();
          sink.destroy();
          throw systemError("EIO");
        },
      ),
    delete: (digest) => withFault(next("delete"), () => storage.delete(digest)),
    list: () => faultyList(next("list"), storage.list()),
    append: (upload, body, options) =>
      withFault(
        next("append"),
        () => storage.append(upload, body, options),
        () => storage.append(upload, halfOf(body), options),
      ),
    uploadSize: (upload) => withFault(next("uploadSize"), () => storage.uploadSize(upload)),
    readUpload: (upload) =>
      withFault(
        next("readUpload"),
        () => storage.readUpload(upload),
        async () => halfOf(await storage.readUpload(upload)),
      ),
    finish: (upload, digest) => withFault(next("finish"), () => storage.finish(upload, digest)),
    cancel: (upload) => withFault(next("cancel"), () => storage.cancel(upload)),
    listUploads: () => faultyList(next("listUploads"), storage.listUploads()),
  };
}

async function* faultyList<T>(fault: ReturnType<Faults["next"]>, list: AsyncIterable<T>): AsyncGenerator<T> {
  await withFault(fault, () => Promise.resolve());
  yield* list;
}

/** Half of the first chunk, and then what a disk says that cannot be read. */
function halfOf(chunks: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(firstHalf(chunks), { objectMode: false });
}

async function* firstHalf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk.subarray(0, Math.ceil(chunk.length / 2));
    throw systemError("EIO");
  }
}
