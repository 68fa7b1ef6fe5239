import type { IncomingMessage } from "node:http";
import { OciError } from "../oci/errors.ts";

/** Nearly every manifest is smaller, and waits for nobody. */
const LARGE_BYTES = 256 * 1024;
/** A manifest is held whole while it comes, so this many of 4 MiB are held at once, whoever sends them. */
const AT_ONCE = 4;
/** How long one may take to come: 35 KB a second. */
const MAX_READ_MS = 120_000;
/** The same while others wait for a place: who holds one of few has to hurry. */
const HURRIED_READ_MS = 10_000;
const LOOK_EVERY_MS = 1000;
/** A client waits so long for a place, then comes back. */
const MAX_WAIT_MS = 30_000;

/** Lets few large manifests in at once. */
export interface LargeManifests {
  /**
   * Reads and stores a manifest; a large one when there is room.
   * @throws OciError TOOMANYREQUESTS when there is none for long
   */
  admit<T>(request: IncomingMessage, work: () => Promise<T>): Promise<T>;
}

export function createLargeManifests(): LargeManifests {
  let free = AT_ONCE;
  const waiting = new Set<() => void>();

  function enter(): Promise<void> {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = setTimeout(() => {
      waiting.delete(begin);
      reject(tooMany());
    }, MAX_WAIT_MS);
    const begin = (): void => {
      clearTimeout(giveUp);
      resolve();
    };
    waiting.add(begin);
    return promise;
  }

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else waiting.delete(next);
    next?.();
  }

  return {
    async admit(request, work) {
      if (!mayBeLarge(request)) return work();
      await enter();
      const began = Date.now();
      const looking = setInterval(() => {
        const mostMs = waiting.size > 0 ? HURRIED_READ_MS : MAX_READ_MS;
        if (Date.now() - began >= mostMs) request.destroy();
      }, LOOK_EVERY_MS);
      request.once("end", () => clearInterval(looking));
      try {
        return await work();
      } finally {
        clearInterval(looking);
        leave();
      }
    },
  };
}

/** One that does not say its size may be. */
function mayBeLarge({ headers }: IncomingMessage): boolean {
  return !(Number(headers["content-length"]) <= LARGE_BYTES);
}

function tooMany(): OciError {
  return new OciError(
    "TOOMANYREQUESTS",
    `Cannot take manifest: ${AT_ONCE} of more than ${LARGE_BYTES / 1024} KiB are being pushed; try again in a minute`,
  );
}
