import { setTimeout } from "node:timers/promises";
import { ExpiredError } from "../resource-store/errors.ts";
import type { ResourceStore, WatchEvent } from "../resource-store/port.ts";
import { applyImage, applyOrganization, applyRepository } from "./apply-event.ts";
import { buildIndex, FOLLOWED, getVersion, type FollowedKind } from "./build-index.ts";
import { isDamaged } from "./index-file.ts";
import type { IndexSlot } from "./index-slot.ts";
import type { SearchLogger } from "./logger.ts";
import { createPositions } from "./positions.ts";

/** A build that nobody noticed. */
const UNREMARKABLE_MS = 1000;

/** Keeps an index equal to the store. */
export interface Follower {
  /** Makes the index anew, since it was found to be damaged. */
  rebuild(): void;
  /** Resolves after the next change to the index. */
  nextChange(): Promise<void>;
  stop(): Promise<void>;
}

export interface FollowerOptions {
  slot: IndexSlot;
  store: ResourceStore;
  /** Of the database the store is in: an index of another life is made anew. */
  incarnation: string;
  logger: SearchLogger;
}

/** A store that does not answer is asked again after this, and after twice as long each time, up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** Follows the store from where the index stands; builds it anew when it cannot go on from there. */
export function startFollower(options: FollowerOptions): Follower {
  const stopping = new AbortController();
  const changes = createChanges();
  const following: Following = {
    signal: stopping.signal,
    mustBuild: options.slot.current.getState("incarnation") !== options.incarnation,
    round: new AbortController(),
    onChange: changes.announce,
  };
  const running = followUntilStopped(options, following);
  return {
    rebuild: () => {
      following.mustBuild = true;
      following.round.abort();
    },
    nextChange: changes.next,
    stop: async () => {
      stopping.abort();
      following.round.abort();
      await running;
    },
  };
}

interface Following {
  signal: AbortSignal;
  mustBuild: boolean;
  /** Ends the watches under way; what follows them has another. */
  round: AbortController;
  onChange: () => void;
}

async function followUntilStopped(options: FollowerOptions, following: Following): Promise<void> {
  let failures = 0;
  while (!following.signal.aborted) {
    following.round = new AbortController();
    try {
      if (following.mustBuild) await rebuild(options, following);
      await watchAll(options, following, () => {
        failures = 0;
      });
    } catch (error) {
      if (following.signal.aborted) return;
      following.mustBuild ||= error instanceof ExpiredError || isDamaged(error);
      options.logger.warn({ err: error, rebuild: following.mustBuild }, "search index stopped following");
      if (failures > 0 || !following.mustBuild) await pause(failures, following.signal);
      failures += 1;
    }
  }
}

async function rebuild(
  { slot, store, incarnation, logger }: FollowerOptions,
  following: Following,
): Promise<void> {
  const start = performance.now();
  await slot.replace(async (index) => {
    await buildIndex(index, store, following.signal);
    index.setState("incarnation", incarnation);
  });
  following.mustBuild = false;
  following.onChange();
  const durationMs = Math.round(performance.now() - start);
  // An empty hub's first line should not be this one.
  if (durationMs >= UNREMARKABLE_MS) logger.info({ durationMs }, "search index built");
}

/** Follows all kinds until one of them fails. */
async function watchAll(
  options: FollowerOptions,
  { round, onChange }: Following,
  onEvent: () => void,
): Promise<void> {
  // Stopped while the index was built: no watch is to begin.
  round.signal.throwIfAborted();
  const turns = createTurns();
  const positions = createPositions(options.slot);
  const watches = FOLLOWED.map(async (kind) => {
    const resourceVersion = getVersion(options.slot.current, kind);
    await options.store.watch(kind, { resourceVersion, signal: round.signal }, async (event) => {
      await turns.take(() => apply(options, event));
      positions.set(kind, event.object.metadata.resourceVersion ?? "");
      onEvent();
      onChange();
    });
    round.signal.throwIfAborted();
    throw new Error(`Cannot follow ${kind}: its watch has ended`);
  });
  try {
    await Promise.all(watches);
  } finally {
    round.abort();
    await Promise.allSettled(watches);
    positions.write();
  }
}

async function apply({ slot, store }: FollowerOptions, event: WatchEvent<FollowedKind>): Promise<void> {
  const index = slot.current;
  if (isOf(event, "Organization")) await applyOrganization(index, event);
  else if (isOf(event, "Repository")) await applyRepository(index, store, event);
  else if (isOf(event, "Image")) applyImage(index, event);
}

function isOf<K extends FollowedKind>(event: WatchEvent<FollowedKind>, kind: K): event is WatchEvent<K> {
  return event.object.kind === kind;
}

/** One change at a time: what a change reads of the store is written before the next change looks at it. */
function createTurns(): { take(work: () => Promise<void>): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  return {
    take: (work) => {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

function createChanges(): { next: () => Promise<void>; announce: () => void } {
  let upcoming = Promise.withResolvers<void>();
  return {
    next: () => upcoming.promise,
    announce: () => {
      upcoming.resolve();
      upcoming = Promise.withResolvers();
    },
  };
}

async function pause(failures: number, signal: AbortSignal): Promise<void> {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  await setTimeout(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
}
