import { Worker } from "node:worker_threads";
import type { Digest } from "../../oci/digest.ts";
import type { Hashed } from "./hash-stream.ts";
import type { Hasher, HasherOptions } from "./hasher.ts";

/** What the thread is started with. */
export interface HashThreadSettings extends HasherOptions {
  storageUrl: string;
}

/** What it is asked, one at a time. */
export interface HashJob {
  digest: Digest;
  file?: string;
}

export type HashAnswer = { hashed: Hashed | undefined } | { error: unknown };

/** Hashes on a thread of its own, started with the first job. */
export function startHashThread(settings: HashThreadSettings): Hasher {
  const closed = new AbortController();
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return {
    hash(digest, options) {
      const job = last.then(() => {
        closed.signal.throwIfAborted();
        worker ??= startWorker(settings);
        return runJob(worker, { digest, ...options });
      });
      last = job.catch(() => undefined);
      return job;
    },
    async close() {
      closed.abort(new Error("Cannot hash: the hasher is closed"));
      await worker?.terminate();
    },
  };
}

function startWorker(settings: HashThreadSettings): Worker {
  // In the checkout this file and the worker are TypeScript, in the package JavaScript.
  const file = import.meta.url.endsWith(".ts") ? "./hash-worker.ts" : "./hash-worker.js";
  const worker = new Worker(new URL(file, import.meta.url), { name: "hash", workerData: settings });
  // Jobs listen for themselves; without a listener the death of an idle worker would be the hub's.
  return worker.on("error", () => {});
}

/** @throws what the worker met, also when it ended */
async function runJob(worker: Worker, job: HashJob): Promise<Hashed | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<HashAnswer>();
  const onExit = (): void => reject(new Error("Cannot hash: the thread has ended"));
  worker.on("message", resolve).on("error", reject).on("exit", onExit);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(job);
  try {
    const answer = await promise;
    if ("error" in answer) throw answer.error;
    return answer.hashed;
  } finally {
    worker.off("message", resolve).off("error", reject).off("exit", onExit);
  }
}
