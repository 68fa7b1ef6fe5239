import type { ReadmeRequest, RenderedReadme } from "./rendered.ts";

/** 256 KiB take about a second; what takes longer than this was written to take long. */
const RENDER_TIMEOUT_MS = 10_000;

/** The next worker, started ahead of its use: it loads while the README is still on its way. */
let next: Worker | undefined;

/** Starts loading what renders READMEs. */
export function prepareWorker(): void {
  next ??= new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}

/**
 * Renders a README beside the page.
 * @throws Error when it cannot be rendered, or not in time
 */
export function renderInWorker(request: ReadmeRequest, signal: AbortSignal): Promise<RenderedReadme> {
  prepareWorker();
  const worker = next;
  next = undefined;
  if (!worker) throw new Error("Cannot render README: expected a worker");
  return new Promise<RenderedReadme>((resolve, reject) => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(RENDER_TIMEOUT_MS)]);
    bounded.addEventListener("abort", () =>
      reject(new Error("Cannot render README: expected it to be done in time")),
    );
    worker.addEventListener("error", () => reject(new Error("Cannot render README: the worker failed")));
    worker.addEventListener("message", ({ data }: MessageEvent<RenderedReadme>) => resolve(data));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows; this is a worker
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
