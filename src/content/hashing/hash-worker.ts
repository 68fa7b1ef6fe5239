import { parentPort, workerData } from "node:worker_threads";
import { openBlobReader } from "../blob-reader.ts";
import type { HashAnswer, HashJob, HashThreadSettings } from "./hash-thread.ts";
import { createLocalHasher } from "./hasher.ts";

// The thread that hashes: as many bytes as there are in storage pass here, beside the event loop of the hub.
const settings = workerData as HashThreadSettings;
const hasher = createLocalHasher(await openBlobReader(settings.storageUrl), settings);
parentPort?.on("message", (job: HashJob) => void work(job));

async function work({ digest, ...options }: HashJob): Promise<void> {
  try {
    send({ hashed: await hasher.hash(digest, options) });
  } catch (error) {
    send({ error });
  }
}

function send(answer: HashAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(answer);
}
