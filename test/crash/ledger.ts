/** What a repository has under a name: a tag a digest, a manifest or a blob itself; undefined: nothing. */
export type Value = string | undefined;

/** A place in a repository where something may be. */
export interface Place {
  kind: "tag" | "manifest" | "blob";
  repository: string;
  /** A tag, or a digest. */
  name: string;
}

export interface Entry extends Place {
  /** One value when the hub has answered; two while it was asked and has not. */
  possible: ReadonlySet<Value>;
  /** By the hub's clock; what no tag reaches may be collected from then on. */
  keptUntil: number;
  /** Whether something was asked or answered since it was read last. */
  isRecent: boolean;
}

export interface Change extends Place {
  to: Value;
}

/** What a hub has acknowledged, and so what must be found in it. */
export interface Ledger {
  /** The hub's clock. */
  now(): number;
  /** How far it is ahead of this machine's. */
  aheadMs(): number;
  advance(ms: number): void;
  /**
   * Asks for changes that are made all or none: while `ask` runs, and when it throws, old and new are both possible.
   * @param ask resolves with whether they were acknowledged; with false they were refused, and all is as before
   */
  change(changes: readonly Change[], ask: () => Promise<boolean>): Promise<boolean>;
  /** Notes of something that was there that it may be gone by now, until it is read again. */
  doubt(entry: Entry): void;
  /** Takes over what was read. */
  find(place: Place, value: Value, options?: { keptMs?: number }): void;
  get(place: Place): Entry | undefined;
  entries(): Entry[];
  /** What a place has for sure, before anybody may collect it; undefined when that is nothing or uncertain. */
  certain(place: Place): Value;
  /** Whether nothing can be there. */
  isAbsent(place: Place): boolean;
  /** Keeps others from places that somebody works on. @returns what lets go; undefined when others have one */
  claim(places: readonly Place[]): (() => void) | undefined;
}

const HOUR_MS = 60 * 60 * 1000;
/** How long garbage collection keeps what no tag reaches after its push: docs/garbage-collection.md. */
const KEPT_MS = { tag: Infinity, manifest: 30 * 24 * HOUR_MS, blob: 24 * HOUR_MS };

export function createLedger(): Ledger {
  const entries = new Map<string, Entry>();
  const claimed = new Set<string>();
  let aheadMs = 0;

  function set(place: Place, possible: ReadonlySet<Value>, keptUntil: number): void {
    const { kind, repository, name } = place;
    entries.set(keyOf(place), { kind, repository, name, possible, keptUntil, isRecent: true });
  }

  const ledger: Ledger = {
    now: () => Date.now() + aheadMs,
    aheadMs: () => aheadMs,
    advance(ms) {
      aheadMs += ms;
    },
    get: (place) => entries.get(keyOf(place)),
    entries: () => [...entries.values()],

    async change(changes, ask) {
      const before = changes.map((change) => entries.get(keyOf(change)));
      for (const [index, change] of changes.entries()) {
        const old = before[index];
        const possible = new Set([...(old?.possible ?? [undefined]), change.to]);
        // What is found in a place that was empty was put there by this.
        const isEmpty = ledger.isAbsent(change);
        set(change, possible, isEmpty ? ledger.now() + KEPT_MS[change.kind] : (old?.keptUntil ?? 0));
      }
      const acknowledged = await ask();
      for (const [index, change] of changes.entries()) {
        const old = before[index];
        if (acknowledged) set(change, new Set([change.to]), ledger.now() + KEPT_MS[change.kind]);
        else set(change, old?.possible ?? new Set([undefined]), old?.keptUntil ?? 0);
      }
      return acknowledged;
    },

    doubt(entry) {
      if (!entry.possible.has(undefined))
        set(entry, new Set([...entry.possible, undefined]), entry.keptUntil);
    },

    find(place, value, { keptMs = 0 } = {}) {
      const keptUntil = Math.max(entries.get(keyOf(place))?.keptUntil ?? 0, ledger.now() + keptMs);
      set(place, new Set([value]), keptUntil);
      if (keptMs === 0) Object.assign(entries.get(keyOf(place)) ?? {}, { isRecent: false });
    },

    certain(place) {
      const entry = entries.get(keyOf(place));
      return entry && entry.keptUntil > ledger.now() ? onlyOne(entry) : undefined;
    },

    isAbsent(place) {
      const entry = entries.get(keyOf(place));
      return entry === undefined || (entry.possible.size === 1 && entry.possible.has(undefined));
    },

    claim(places) {
      const keys = places.map(keyOf);
      if (keys.some((key) => claimed.has(key))) return undefined;
      for (const key of keys) claimed.add(key);
      return () => {
        for (const key of keys) claimed.delete(key);
      };
    },
  };
  return ledger;
}

/** The one value that is possible. */
export function onlyOne({ possible }: Entry): Value {
  return possible.size === 1 ? [...possible][0] : undefined;
}

function keyOf({ kind, repository, name }: Place): string {
  return `${kind} ${repository} ${name}`;
}
