import { Worker } from "node:worker_threads";
import { UnavailableError } from "./errors.ts";
import type { Inspection } from "./inspection.ts";
import type { Answer, InspectionJob, Progress, WorkerSettings } from "./protocol.ts";

/** One worker thread, started when needed, which takes one job at a time. */
export interface Thread {
  /**
   * @throws UnavailableError InspectionTimeout or InspectionFailed, when the job cost the worker its life
   * @throws Error when the worker does not start, the signal aborts, or the thread is closed
   */
  run(job: InspectionJob, options: RunOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface RunOptions {
  onFacts?: (inspection: Inspection) => void;
  signal?: AbortSignal | undefined;
}

/** How long a worker waits for the next job; it is quick to start, and holds some 15 MiB. */
const IDLE_MS = 30_000;

export function createThread(settings: WorkerSettings): Thread {
  let worker: Worker | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let stopRunning: ((reason: Error) => void) | undefined;

  async function stop(): Promise<void> {
    const stopped = worker;
    worker = undefined;
    await stopped?.terminate();
  }

  return {
    async run(job, options) {
      clearTimeout(idleTimer);
      options.signal?.throwIfAborted();
      worker ??= startWorker(settings, (dead) => {
        if (worker === dead) worker = undefined;
      });
      const running = new AbortController();
      stopRunning = (reason) => running.abort(reason);
      const signal = AbortSignal.any([running.signal, ...(options.signal ? [options.signal] : [])]);
      try {
        return await runJob(worker, job, { ...options, signal, timeoutMs: settings.limits.timeoutMs });
      } catch (error) {
        // Whatever ended the job, the worker is dead or in the middle of it.
        await stop();
        throw error;
      } finally {
        idleTimer = setTimeout(() => void stop(), IDLE_MS).unref();
      }
    },
    async close() {
      clearTimeout(idleTimer);
      stopRunning?.(new Error("Cannot inspect: the inspector is closed"));
      await stop();
    },
  };
}

function startWorker(settings: WorkerSettings, onExit: (worker: Worker) => void): Worker {
  // In the checkout this file and the worker are TypeScript, in the package JavaScript.
  const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
  const worker = new Worker(new URL(file, import.meta.url), {
    name: "inspect",
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: settings.limits.heapMib, maxYoungGenerationSizeMb: 16 },
  });
  // Jobs listen for themselves; without a listener the death of an idle worker would be the hub's.
  return worker.on("error", () => {}).once("exit", () => onExit(worker));
}

/** Settles with the answer, or with whichever ends the job before: the time, the signal, the worker's death. */
async function runJob(
  worker: Worker,
  job: InspectionJob,
  { onFacts, signal, timeoutMs }: RunOptions & { timeoutMs: number },
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let timer: NodeJS.Timeout | undefined;
  let hasStarted = false;
  const onMessage = (message: Progress | Answer): void => {
    if (message.kind === "started") {
      hasStarted = true;
      timer = setTimeout(() => reject(timeout(timeoutMs)), timeoutMs);
    } else if (message.kind === "facts") onFacts?.(message.inspection);
    else resolve(message);
  };
  const onError = (error: Error): void => reject(hasStarted ? crash(error.message) : error);
  const onExit = (code: number): void => onError(new Error(`the worker ended with code ${code}`));
  const onAbort = (): void => reject(signal?.reason);
  worker.on("message", onMessage).on("error", onError).on("exit", onExit).ref();
  signal?.addEventListener("abort", onAbort);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(job);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    worker.off("message", onMessage).off("error", onError).off("exit", onExit).unref();
  }
}

function timeout(timeoutMs: number): UnavailableError {
  return new UnavailableError(
    "InspectionTimeout",
    `Cannot look for README longer than ${timeoutMs} ms: put it into the last layer`,
  );
}

function crash(why: string): UnavailableError {
  return new UnavailableError("InspectionFailed", `Cannot inspect image: ${why}`);
}
