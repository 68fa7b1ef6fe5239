import { setTimeout as sleep } from "node:timers/promises";
import type { Job, JobProgress, JobState } from "../api/contract/jobs.ts";
import type { HubClient } from "./client.ts";
import { CommandError } from "./errors.ts";
import { createProgressLine } from "./progress-line.ts";

/** Short work is seen to end at once, long work is not asked for too often. */
const FIRST_POLL_MS = 50;
const MAX_POLL_MS = 1000;

export interface RunJobOptions {
  /** Print the job as JSON instead of text. Default false. */
  json?: boolean;
  /** What a person reads of a result, without the last newline. */
  describe: (result: Record<string, unknown>) => string;
}

/**
 * Starts a job, shows on standard error how far it is, and prints what became of it. Ctrl-C cancels the job. Anything
 * but success without problems makes the program end with 1.
 * @param body what `POST /api/v1/jobs` takes
 * @throws CommandError
 */
export async function runJob(
  hub: HubClient,
  body: { kind: string; [parameter: string]: unknown },
  { json = false, describe }: RunJobOptions,
): Promise<void> {
  const starting = hub.request<Job>("POST", "/api/v1/jobs", body);
  const letGo = cancelOnInterrupt(hub, starting);
  const job = await starting.then((started) => follow(hub, started)).finally(letGo);
  if (json) process.stdout.write(`${JSON.stringify(job, undefined, 2)}\n`);
  else if (job.result) process.stdout.write(`${describe(job.result)}\n`);
  if (job.state !== "succeeded") {
    process.stderr.write(`imagehub: Job ${job.id} (${job.kind}) ${WORDS[job.state]}${reasonOf(job)}\n`);
  }
  const problems = Number(job.result?.["problems"] ?? 0);
  if (job.state !== "succeeded" || problems > 0) process.exitCode = 1;
}

const WORDS: Record<JobState, string> = {
  queued: "waits for another job to end",
  running: "runs",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "was cancelled",
  interrupted: "was interrupted",
};

function reasonOf({ state, error }: Job): string {
  const next = state === "interrupted" ? "; start it again" : "";
  return error === undefined ? next : `: ${error}${next}`;
}

async function follow(hub: HubClient, started: Job): Promise<Job> {
  const line = createProgressLine();
  try {
    let job = started;
    for (let waitMs = FIRST_POLL_MS; isActive(job); waitMs = Math.min(waitMs * 2, MAX_POLL_MS)) {
      await sleep(waitMs);
      job = await hub.request<Job>("GET", `/api/v1/jobs/${job.id}`);
      // What is over within a moment needs no such line.
      if (isActive(job) && waitMs > FIRST_POLL_MS) line.show(describeActive(job));
    }
    return job;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const message = `${error.message}; imagehub jobs tells what becomes of job ${started.id}`;
    throw new CommandError(message, { cause: error });
  } finally {
    line.end();
  }
}

function isActive({ state }: Job): boolean {
  return state === "queued" || state === "running";
}

function describeActive({ id, state, progress }: Job): { title: string; progress?: JobProgress } {
  if (state === "queued") return { title: `job ${id} ${WORDS.queued}` };
  return progress ? { title: progress.phase, progress } : { title: `job ${id} ${WORDS.running}` };
}

/** @returns a function that lets Ctrl-C end the program again */
function cancelOnInterrupt(hub: HubClient, starting: Promise<Job>): () => void {
  const cancel = async (): Promise<void> => {
    const { id } = await starting;
    process.stderr.write(`\nimagehub: Cancelling job ${id}; Ctrl-C again to leave it alone\n`);
    await hub.request("DELETE", `/api/v1/jobs/${id}`);
  };
  // What fails here fails for who follows the job, too.
  const onInterrupt = (): void => void cancel().catch(() => undefined);
  process.once("SIGINT", onInterrupt);
  return () => process.off("SIGINT", onInterrupt);
}
