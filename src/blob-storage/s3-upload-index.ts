import type { ListedObject, S3Bucket } from "./s3-bucket.ts";
import type { S3Layout } from "./s3-layout.ts";
import { loadUpload, toState, type UploadState } from "./s3-pieces.ts";

/** What is known of uploads under way. */
export interface UploadIndex {
  /** @returns undefined when there is no such upload */
  load(upload: string): Promise<UploadState | undefined>;
  /** Notes what an upload is now; undefined: it ended. */
  note(upload: string, state: UploadState | undefined): void;
}

/** Asks the bucket each time: another hub may have gone on with an upload. */
export function createSharedUploadIndex(bucket: S3Bucket, layout: S3Layout): UploadIndex {
  return {
    load: (upload) => loadUpload(bucket, layout.upload(upload)),
    note: () => undefined,
  };
}

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
