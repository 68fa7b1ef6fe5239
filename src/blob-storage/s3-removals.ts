import type { S3Bucket } from "./s3-bucket.ts";

/** Removes what is left of uploads that are blobs now, while the client has its answer already. */
export interface Removals {
  /** Begins to remove an upload's objects; resolves when it may go on, which is at once unless many are begun. */
  begin(upload: string, keys: readonly string[]): Promise<void>;
  /** Resolves when nothing of an upload is being removed. */
  settle(upload: string): Promise<void>;
  settleAll(): Promise<void>;
}

export function createRemovals(bucket: S3Bucket): Removals {
  const running = new Map<string, Promise<void>>();
  return {
    async begin(upload, keys) {
      const removal = bucket
        .delete(keys)
        // What stays is an upload that nobody goes on with: it is removed as those are.
        .catch(() => undefined)
        .finally(() => running.delete(upload));
      running.set(upload, removal);
      if (running.size > MAX_RUNNING) {
        await removal;
      }
    },
    settle: (upload) => running.get(upload) ?? Promise.resolve(),
    async settleAll() {
      await Promise.all(running.values());
    },
  };
}

/** More than push at once; beyond that, each waits for its own. */
const MAX_RUNNING = 64;
