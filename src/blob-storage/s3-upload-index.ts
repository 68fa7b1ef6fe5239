import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { ListedObject, S3Bucket } from "./s3-bucket.ts";
import type { S3Layout } from "./s3-layout.ts";
import { loadUpload, type Piece, toState, type UploadState } from "./s3-pieces.ts";

/** What is known of uploads under way. */
export interface UploadIndex {
  /** @returns undefined when there is no such upload */
  load(upload: string): Promise<UploadState | undefined>;
  /** Notes what an upload is now; undefined: it ended. */
  note(upload: string, state: UploadState | undefined): void;
  /** Notes that all bytes of these pieces passed through this process. */
  notePassed(upload: string, pieces: readonly Piece[]): void;
  /** Whether all bytes of these pieces did so, and those of no others since. */
  havePassed(upload: string, pieces: readonly Piece[]): boolean;
}

/**
 * Asks the bucket each time: another hub may have gone on with an upload. It may have written other bytes to the same
 * place as well, so who vouches for bytes that passed here must be told when those in the bucket are others.
 */
export function createSharedUploadIndex(bucket: S3Bucket, layout: S3Layout): UploadIndex {
  const passed = new LRUCache<string, string>({ max: MAX_PASSED });
  return {
    load: (upload) => loadUpload(bucket, layout.upload(upload)),
    note(upload, state) {
      if (state === undefined) {
        passed.delete(upload);
      }
    },
    notePassed(upload, pieces) {
      passed.set(upload, nameOf(pieces));
    },
    havePassed: (upload, pieces) => passed.get(upload) === nameOf(pieces),
  };
}

/** Of these pieces alone: each is written once, under a key that is nobody else's. An upload may have very many. */
function nameOf(pieces: readonly Piece[]): string {
  return hash("sha256", pieces.map(({ key }) => key).join("\n"));
}

/** Uploads under way; one that is forgotten is read again. */
const MAX_PASSED = 10_000;

/** Knows all uploads, from one look at the bucket on: nobody else writes any. It spares a request at each step. */
export function createOwnUploadIndex(bucket: S3Bucket, layout: S3Layout): UploadIndex {
  const states = new Map<string, UploadState>();
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    for await (const { upload, state } of listUploadStates(bucket, layout)) {
      states.set(upload, state);
    }
  }

  return {
    async load(upload) {
      looking ??= look();
      await looking.catch((error: unknown) => {
        looking = undefined;
        throw error;
      });
      return states.get(upload);
    },
    note(upload, state) {
      if (state === undefined) {
        states.delete(upload);
      } else {
        states.set(upload, state);
      }
    },
    notePassed: () => undefined,
    havePassed: () => true,
  };
}

/** Every upload that has pieces in the bucket. */
export async function* listUploadStates(
  bucket: S3Bucket,
  layout: S3Layout,
): AsyncGenerator<{ upload: string; state: UploadState }> {
  let upload = "";
  let objects: ListedObject[] = [];
  for await (const object of bucket.list(layout.uploads)) {
    const name = layout.uploadOf(object.key);
    if (name !== upload) {
      yield* found(upload, objects);
      upload = name ?? "";
      objects = [];
    }
    objects.push(object);
  }
  yield* found(upload, objects);

  function* found(name: string, listed: ListedObject[]) {
    const state = name === "" ? undefined : toState(listed, layout.upload(name));
    if (state !== undefined) {
      yield { upload: name, state };
    }
  }
}
