import type { FindingKind } from "./finding-kinds.ts";

/** Proves what is stored: bytes against digests, rows against bytes and against each other. */
export interface Checker {
  /**
   * Looks at everything once, while everything goes on: what looks wrong is looked at again before it counts, so a
   * push or a collection that is under way is no damage.
   * @throws what the database throws, and the signal's reason
   */
  check(options?: CheckOptions): Promise<CheckReport>;
}

export interface CheckOptions {
  /** Put right what can be. Default false. */
  repair?: boolean;
  /** Compare sizes only, and hash nothing but what has another size than it should. Default false. */
  quick?: boolean;
  /** Bytes hashed in a second; default: as fast as it goes. */
  bytesPerSecond?: number;
  signal?: AbortSignal;
  /** Called now and then. */
  onProgress?: (progress: CheckProgress) => void;
}

export interface CheckProgress {
  phase: CheckedKind;
  /** Of this phase. */
  done: number;
  /** Known for blobs alone. */
  total?: number;
  /** Looked at so far. */
  bytes: number;
}

/** `references`: of manifests to their content; `links`: of repositories to blobs; `stored`: what storage lists. */
export type CheckedKind = "tags" | "references" | "links" | "blobs" | "stored" | "manifests" | "repositories";

export interface CheckReport {
  repair: boolean;
  /** How much was looked at. */
  checked: Record<CheckedKind, number>;
  /** Bytes hashed, or compared by size in a quick check. */
  bytes: number;
  /** How often each kind was found; of a kind that was not found there is none. */
  counts: Partial<Record<FindingKind, { found: number; repaired: number }>>;
  /** The first of what was found. */
  findings: Finding[];
  /** The first of what only its publisher can bring back: `org/app:tag`, or `org/app@digest`. */
  pushAgain: string[];
  /** Whether there are others to be pushed again; how many is not known. */
  pushAgainMore: boolean;
  /** Damage that is left. */
  problems: number;
  /** Of that, what a repair would do something for; 0 after a repair. */
  repairable: number;
}

export interface Finding {
  kind: FindingKind;
  /** Digest or name. */
  what: string;
  /** Images that it is part of, the first few. */
  where: string[];
  /** How many others there are, if any. */
  more?: number | "unknown";
  /** What is wrong. */
  problem: string;
  /** What was done, or what to do. */
  remedy: string;
  /** `note`: no damage. */
  state: "damage" | "repaired" | "note";
}
