import type { BlobLinks } from "../../blob-storage/blob-links.ts";
import type { BoundedList } from "../bounded-list.ts";
import type { HoldBlob } from "../blob-claims.ts";
import type { Content } from "../content.ts";
import type { ContentContext } from "../context.ts";
import type { DirtyKeyBell } from "../dirty-keys.ts";
import type { Hasher } from "../hashing/hasher.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Exclusively } from "./exclusively.ts";
import type { ImportOptions, ImportReport, NoteReason, Skip, SkipReason } from "./importer.ts";
import type { RegistryTree } from "./tree.ts";

/** What an import works with: content's own nouns, so that what it makes is as if it had been pushed. */
export interface ImportParts extends ContentContext, Pick<Content, "repositories" | "tags" | "manifests"> {
  holdBlob: HoldBlob;
  dirtyKeys: DirtyKeyBell;
}

/** One import under way. */
export interface ImportRun extends ImportParts {
  tree: RegistryTree;
  options: ImportOptions;
  hasher: Hasher;
  /** Whether the tree is the hub's own storage, so that bytes are where they belong. */
  inPlace: boolean;
  /** Undefined when the hub's storage is not in files. */
  links: BlobLinks | undefined;
  report: ImportReport;
  /** Those of the report. */
  skips: BoundedList<Skip>;
  exclusively: Exclusively;
  /** Manifests of this repository that were skipped, so that the next tag, or index, need not look again. */
  skipped: Map<Digest, SkipError>;
  giveWay: () => Promise<void>;
}

/** Something that cannot be taken; what is beside it can. */
export class SkipError extends Error {
  readonly reason: SkipReason;

  constructor(reason: SkipReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SkipError";
    this.reason = reason;
  }
}

/** Tells of something that cannot be taken, and is missed here. */
export function skip({ report, skips }: ImportRun, what: string, { reason, message }: SkipError): void {
  report.skipped[reason] = (report.skipped[reason] ?? 0) + 1;
  report.problems += 1;
  skips.add({ what, reason, why: message });
}

/** Tells of something that is taken though it is odd: nothing is lost by it. */
export function note(
  { report, skips }: ImportRun,
  what: string,
  { reason, why }: { reason: NoteReason; why: string },
): void {
  report.noted[reason] = (report.noted[reason] ?? 0) + 1;
  skips.add({ what, reason, why });
}

/** Runs what may be skipped, and tells of it when it is. @returns whether it was done */
export async function orSkip(run: ImportRun, what: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const skipped = error instanceof SkipError ? error : unreadable(error);
    if (!skipped) throw error;
    skip(run, what, skipped);
    return false;
  }
}

export function emptyReport(skips: Skip[]): ImportReport {
  return {
    repositories: 0,
    tags: 0,
    manifests: 0,
    blobs: 0,
    bytes: 0,
    copied: 0,
    skipped: {},
    noted: {},
    skips,
    problems: 0,
  };
}

/** What the operating system refuses to read is skipped as well: a folder of somebody else, a bad sector. */
function unreadable(error: unknown): SkipError | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "EACCES" && code !== "EPERM" && code !== "EIO") return undefined;
  return new SkipError("unreadable", (error as Error).message, { cause: error });
}
