import { parentPort, workerData } from "node:worker_threads";
import { openBlobReader } from "../content/blob-reader.ts";
import type { BlobSource } from "./blob-source.ts";
import { UnavailableError } from "./errors.ts";
import { findingOf, inspectImage, readWholeReadme } from "./inspect-image.ts";
import type { Answer, InspectionJob, Progress, WorkerSettings } from "./protocol.ts";

// The thread that reads images: a hostile one can cost this thread its life, and nothing else.
const { storageUrl, limits } = workerData as WorkerSettings;
const source = await openBlobReader(storageUrl);
parentPort?.on("message", (job: InspectionJob) => void work(job));

async function work(job: InspectionJob): Promise<void> {
  send({ kind: "started" });
  try {
    send(await answer(job, source));
  } catch (error) {
    if (error instanceof UnavailableError) send({ kind: "unavailable", unavailable: findingOf(error) });
    else send({ kind: "error", message: describe(error) });
  }
}

async function answer({ kind, target }: InspectionJob, blobs: BlobSource): Promise<Answer> {
  if (kind === "readme") return { kind, text: await readWholeReadme(target, blobs, limits) };
  const inspection = await inspectImage(target, blobs, {
    limits,
    onFacts: (facts) => send({ kind: "facts", inspection: facts }),
  });
  return { kind: "inspection", inspection };
}

function send(message: Progress | Answer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
