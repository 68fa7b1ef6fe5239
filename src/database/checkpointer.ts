import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { once } from "node:events";
import { isFull } from "./errors.ts";
import type { WriteAheadLog } from "./write-ahead-log.ts";
import type { WriteQueue } from "./write-queue.ts";

/** Moves the write-ahead log into the database file, in a thread whose syncs hold up nobody. */
export interface Checkpointer {
  /** Begins a checkpoint when the log has grown long. */
  afterCommit(): void;
  close(): Promise<void>;
}

interface CheckpointerOptions {
  /** The database file. */
  file: string;
  log: WriteAheadLog;
  /** Length of the log at which a checkpoint begins. */
  pages: number;
  /** Runs a job while no write runs. */
  exclusively: WriteQueue;
  onError: (error: unknown) => void;
}

export function createCheckpointer({
  file,
  log,
  pages,
  exclusively,
  onError,
}: CheckpointerOptions): Checkpointer {
  let salt = log.salt();
  let limit = pages;
  let running: Promise<void> | undefined;

  return {
    afterCommit() {
      const current = log.salt();
      if (current !== salt) {
        salt = current;
        limit = pages;
      }
      if (running || !log.isLongerThan(limit)) return;
      // A foreign reader can keep the log from beginning anew: the next attempt waits until it has grown as much again.
      limit += pages;
      running = checkpoint(file, exclusively)
        .catch((error: unknown) => {
          // A full disk leaves all in the log: nothing is lost, and the next attempt may find room.
          if (!isFull(error)) onError(error);
        })
        .finally(() => {
          running = undefined;
        });
    },
    async close() {
      await running;
    },
  };
}

/**
 * Two passes: the first does most of the work beside the writers; the second takes the little they wrote meanwhile
 * while they wait, since only a log that is taken over to its end begins anew.
 */
async function checkpoint(file: string, exclusively: WriteQueue): Promise<void> {
  const worker = new Worker(new URL(`./checkpoint-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: file,
  });
  worker.unref();
  try {
    await pass(worker);
    await exclusively(() => pass(worker));
  } finally {
    await worker.terminate();
  }
}

async function pass(worker: Worker): Promise<void> {
  worker.postMessage("checkpoint", []);
  const [answer] = (await once(worker, "message")) as [{ error?: object }];
  if (answer.error) throw Object.assign(new Error("Cannot checkpoint the database"), answer.error);
}
