import type { WorkerSettings } from "./protocol.ts";
import { createThread, type Thread } from "./thread.ts";

/** A few threads and a queue before them, with the interface of one. */
export function createThreadPool(settings: WorkerSettings, size: number): Thread {
  const threads = Array.from({ length: size }, () => createThread(settings));
  const idle = [...threads];
  const waiting: ((thread: Thread) => void)[] = [];
  let isClosed = false;

  async function take(): Promise<Thread> {
    return idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
  }

  function giveBack(thread: Thread): void {
    const next = waiting.shift();
    if (next) next(thread);
    else idle.push(thread);
  }

  return {
    async run(job, options) {
      const thread = await take();
      try {
        if (isClosed) throw new Error("Cannot inspect: the inspector is closed");
        return await thread.run(job, options);
      } finally {
        giveBack(thread);
      }
    },
    async close() {
      isClosed = true;
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
