import { OciError } from "../oci/errors.ts";

/** Lets one request at a time work on an upload: two writers would mix their bytes. */
export interface OneWriter {
  /**
   * Works on an upload when nobody else does any more. Who comes later goes on, since a client that lost its
   * connection begins another before the hub has noticed: the body of the request before is read no further.
   * @param work reads bodies through `untilOvertaken`, which throws OciError BLOB_UPLOAD_INVALID then
   */
  exclusively<T>(upload: string, work: (untilOvertaken: Until) => Promise<T>): Promise<T>;
}

/** A body that ends with an error when it is to. */
export type Until = (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

interface Work {
  isOvertaken: boolean;
  /** Ends the wait for the next chunk of a body. */
  endWait: () => void;
  done: Promise<void>;
}

export function createOneWriter(): OneWriter {
  const working = new Map<string, Work>();
  return {
    async exclusively(upload, work) {
      for (let other = working.get(upload); other; other = working.get(upload)) {
        other.isOvertaken = true;
        other.endWait();
        await other.done;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const mine: Work = { isOvertaken: false, endWait: () => undefined, done: promise };
      working.set(upload, mine);
      try {
        return await work((body) => untilOvertaken(upload, mine, body));
      } finally {
        working.delete(upload);
        resolve();
      }
    },
  };
}

/** Does not wait for a body whose sender may be gone. */
async function* untilOvertaken(
  upload: string,
  work: Work,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      // A promise of each chunk's own: what waited for one of the work would pile up there, chunk by chunk.
      const chunk = await new Promise<IteratorResult<Uint8Array> | undefined>((resolve, reject) => {
        work.endWait = () => resolve(undefined);
        chunks.next().then(resolve, reject);
      });
      if (chunk === undefined || work.isOvertaken) throw overtaken(upload);
      if (chunk.done) return;
      yield chunk.value;
    }
  } finally {
    chunks.return?.().catch(() => undefined);
  }
}

function overtaken(upload: string): OciError {
  return new OciError("BLOB_UPLOAD_INVALID", `Cannot go on with upload ${upload}: a later request has`);
}
