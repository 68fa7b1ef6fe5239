import { Readable } from "node:stream";
import type { Soon } from "../resource-store/soon.ts";

/** Lines for a client, who takes them in its own time. */
export interface LineStream {
  stream: Readable;
  /** @returns when the client has not taken what was sent before: a promise of when it has, or has gone */
  send(line: string | Buffer): Soon<void>;
  end(): void;
}

export function createLineStream(): LineStream {
  let taken: PromiseWithResolvers<void> | undefined;
  const release = (): void => {
    taken?.resolve();
    taken = undefined;
  };
  const stream = new Readable({
    // A line is an item, so that one without characters is one as well; one may wait.
    objectMode: true,
    highWaterMark: 1,
    read: release,
    destroy(error, callback) {
      release();
      callback(error);
    },
  });
  return {
    stream,
    send(line) {
      if (stream.destroyed || stream.push(line)) return;
      taken ??= Promise.withResolvers();
      return taken.promise;
    },
    end: () => void stream.push(null),
  };
}
