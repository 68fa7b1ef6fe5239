import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { shareRuns } from "../../database/shared-run.ts";
import type { EndState, Job } from "./job.ts";
import type { JobKind } from "./job-kind.ts";
import type { ActiveJob, JobRuns } from "./job-runs.ts";
import { startJob, type RunningJob } from "./running-job.ts";

/** The lane of a kind that names none: of what moves or removes bytes. */
export const DEFAULT_LANE = "bytes";

/** A job that does not end by then is left to the next start, which finds it interrupted. */
const STOP_GRACE_MS = 10_000;

/** Runs the jobs of a database, beside the runners of other hubs. */
export interface JobRunner {
  /** Looks at all that wait or run: tells of its own, ends those of dead hubs, begins what may begin. */
  look(): Promise<void>;
  /** Those that run here. */
  running(): readonly Pick<RunningJob, "id" | "kind">[];
  /** How many waited, in all hubs, at the last look. */
  waiting(): number;
  /** Ends those that run here, and begins no other. */
  stop(): Promise<void>;
}

export interface JobRunnerOptions {
  kinds: readonly JobKind<unknown>[];
  runs: JobRuns;
  logger: Logger;
  now: () => number;
  /**
   * How long a runner may be silent before others take it for dead; it ends its own jobs before that. undefined: no
   * other hub shares the database, so that whatever runs and is not this runner's was left by a dead one.
   */
  leaseMs: number | undefined;
  onEnd: (kind: string, state: EndState) => void;
}

export function createJobRunner({ kinds, runs, logger, now, leaseMs, onEnd }: JobRunnerOptions): JobRunner {
  const byName = new Map<string, JobKind<unknown>>(kinds.map((kind) => [kind.name, kind]));
  const own = new Map<number, RunningJob>();
  /** What others told last, and when that was seen: clocks of several machines are not compared. */
  const heard = new Map<number, { beatAt: number | null; seenAt: number }>();
  let waiting = 0;
  let isStopping = false;
  const look = shareRuns(lookOnce);

  async function lookOnce(): Promise<void> {
    for (const job of own.values()) await job.beat();
    for (const job of own.values()) if (job.isSettled()) own.delete(job.id);
    const active = await runs.active();
    const others = active.filter(({ id, state, isMine }) => state === "running" && !isMine && !own.has(id));
    const left = others.filter(isLeft);
    for (const job of left) await runs.interrupt(job.id, job.beat_at);
    forget(others);
    waiting = active.filter(isQueued).length;
    await beginNext(active, left);
  }

  function isLeft({ id, beat_at: beatAt }: ActiveJob): boolean {
    if (leaseMs === undefined) return true;
    const last = heard.get(id);
    if (last?.beatAt === beatAt) return now() - last.seenAt > leaseMs;
    heard.set(id, { beatAt, seenAt: now() });
    return false;
  }

  function forget(others: readonly ActiveJob[]): void {
    const ids = new Set(others.map(({ id }) => id));
    for (const id of heard.keys()) if (!ids.has(id)) heard.delete(id);
  }

  /** Whether it was claimed here, and the database did not answer: it would be taken for dead, and never have run. */
  function isUnanswered({ id, state, isMine }: ActiveJob): boolean {
    return state === "running" && isMine && !own.has(id);
  }

  /** Begins the oldest of each lane in which nothing runs. */
  async function beginNext(active: readonly ActiveJob[], left: readonly ActiveJob[]): Promise<void> {
    const unanswered = active.filter(isUnanswered);
    const running = active.filter(
      (job) => job.state === "running" && ![...left, ...unanswered].includes(job),
    );
    const taken = new Set(running.map(({ lane }) => lane));
    for (const { id, kind: name, lane } of [...unanswered, ...active.filter(isQueued)]) {
      const kind = byName.get(name);
      // A kind of a newer program waits for a hub that has it.
      if (isStopping || taken.has(lane) || !kind) continue;
      taken.add(lane);
      const job = await runs.claim(id);
      if (job) own.set(id, begin(job, kind));
    }
  }

  function begin(job: Job, kind: JobKind<unknown>): RunningJob {
    const silentMs = leaseMs === undefined ? undefined : leaseMs / 2;
    return startJob(job, { kind, runs, logger, now, silentMs, onEnd: (state) => onEnd(kind.name, state) });
  }

  return {
    look,
    running: () => [...own.values()].filter((job) => !job.isSettled()),
    waiting: () => waiting,
    async stop() {
      isStopping = true;
      const grace = sleep(STOP_GRACE_MS, undefined, { ref: false });
      // What was being claimed has begun by then.
      await look().catch(() => undefined);
      for (const job of own.values()) job.abort("hub stops");
      await Promise.race([grace, Promise.all([...own.values()].map(({ done }) => done))]);
    },
  };
}

function isQueued({ state }: ActiveJob): boolean {
  return state === "queued";
}
