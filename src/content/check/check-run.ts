import type { BlobRemoval } from "../blob-removal.ts";
import { createBoundedList } from "../bounded-list.ts";
import type { ContentContext } from "../context.ts";
import { createGiveWay } from "../give-way.ts";
import type { Hasher } from "../hashing/hasher.ts";
import type { CheckedKind, CheckOptions, CheckReport, Finding } from "./checker.ts";
import { FINDING_KINDS, NOTES, PUSH_AGAIN, REPAIRABLE, type FindingKind } from "./finding-kinds.ts";
import type { Images } from "./images.ts";

/** One check under way. */
export interface CheckRun extends ContentContext {
  removal: BlobRemoval;
  hasher: Hasher;
  repair: boolean;
  quick: boolean;
  report: CheckReport;
  /** Begins a phase. */
  enter(phase: CheckedKind, total?: number): void;
  /** Counts items of the phase as looked at, one by default, and lets others work. @throws when aborted */
  next(looked?: { items?: number; sizeBytes?: number }): Promise<void>;
  add(found: Found): void;
}

export interface Found {
  kind: FindingKind;
  what: string;
  where?: Images;
  /** What else is known of what is wrong. */
  detail?: string | undefined;
  /** What was done; undefined: it is still so. */
  repaired?: string | undefined;
  /** Whether a repair does something for it; default: as the kind says. */
  repairable?: boolean;
  /** What to do when it is not repaired; default: as the kind says. */
  remedy?: string | undefined;
}

/** A report is kept and shown; what is wrong in the first hundred places says what is wrong. */
const FINDINGS_BYTES = 32 * 1024;
const PUSH_AGAIN_BYTES = 16 * 1024;
/** Of one finding. */
const MAX_WHERE = 5;
const NOWHERE: Images = { names: [], complete: true };
/** What is met twice, as a manifest by each of its references, counts once; of more than these, some may count again. */
const MAX_SEEN = 100_000;

export function createCheckRun(
  parts: ContentContext & { removal: BlobRemoval; hasher: Hasher },
  { repair = false, quick = false, signal, onProgress }: CheckOptions,
): CheckRun {
  const findings = createBoundedList<Finding>(FINDINGS_BYTES);
  const pushAgain = createBoundedList<string>(PUSH_AGAIN_BYTES);
  const report = emptyReport({ repair, findings: findings.items, pushAgain: pushAgain.items });
  const seen = new Set<string>();
  let current: { phase: CheckedKind; total?: number } = { phase: "tags" };
  const giveWay = createGiveWay({
    signal,
    onPause: () => onProgress?.({ ...current, done: report.checked[current.phase], bytes: report.bytes }),
  });
  function addToPush({ names, complete }: Images): void {
    for (const image of names) {
      if (!pushAgain.items.includes(image) && !pushAgain.add(image)) report.pushAgainMore = true;
    }
    if (!complete) report.pushAgainMore = true;
  }
  return {
    ...parts,
    repair,
    quick,
    report,
    enter(phase, total) {
      current = { phase, ...(total !== undefined && { total }) };
    },
    async next({ items = 1, sizeBytes = 0 } = {}) {
      report.checked[current.phase] += items;
      report.bytes += sizeBytes;
      await giveWay();
    },
    add({ kind, what, where = NOWHERE, detail, repaired, repairable, remedy }) {
      const name = `${kind} ${what} ${where.names[0] ?? ""}`;
      if (seen.has(name)) return;
      if (seen.size < MAX_SEEN) seen.add(name);
      const { problem, ...usual } = FINDING_KINDS[kind];
      const state = NOTES.has(kind) ? "note" : repaired === undefined ? "damage" : "repaired";
      const counts = (report.counts[kind] ??= { found: 0, repaired: 0 });
      counts.found += 1;
      if (state === "repaired") counts.repaired += 1;
      if (state === "damage") {
        report.problems += 1;
        if (!repair && (repairable ?? REPAIRABLE.has(kind))) report.repairable += 1;
        if (usual.remedy === PUSH_AGAIN) addToPush(where);
      }
      findings.add({
        kind,
        what,
        where: where.names.slice(0, MAX_WHERE),
        ...moreThanShown(where),
        problem: detail === undefined ? problem : `${problem}: ${detail}`,
        remedy: repaired ?? remedy ?? usual.remedy,
        state,
      });
    },
  };
}

/** @returns how many images are not shown, where that is known */
function moreThanShown({ names, complete }: Images): Pick<Finding, "more"> {
  if (!complete) return { more: "unknown" };
  return names.length > MAX_WHERE ? { more: names.length - MAX_WHERE } : {};
}

function emptyReport(parts: Pick<CheckReport, "repair" | "findings" | "pushAgain">): CheckReport {
  return {
    ...parts,
    checked: { tags: 0, references: 0, links: 0, blobs: 0, stored: 0, manifests: 0, repositories: 0 },
    bytes: 0,
    counts: {},
    pushAgainMore: false,
    problems: 0,
    repairable: 0,
  };
}
