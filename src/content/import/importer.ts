/** Adopts what another registry stored. */
export interface Importer {
  /**
   * Takes over a tree of the `distribution` project: its repositories, tags, manifests and blobs. What is here already
   * is left as it is, so a second run goes on where the first one ended, and then does nothing.
   * @throws ImportError when there is no such tree; what database and storage throw; the signal's reason
   */
  importTree(options: ImportOptions): Promise<ImportReport>;
}

export interface ImportOptions {
  /** The folder that holds `docker/registry/v2`, absolute; it may be the hub's own storage. */
  directory: string;
  /** Where repositories of one-part names go: `app` becomes `library/app`. Default: they are skipped. */
  organization?: string;
  /** Who owns organizations that are made. */
  owner: string;
  /** Of repositories and organizations that are made. Default private. */
  visibility?: "public" | "private";
  /** Hash every blob before it is taken. Default true. */
  verify?: boolean;
  signal?: AbortSignal;
  /** Called now and then. */
  onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  phase: "repositories";
  done: number;
  total: number;
  /** Of blobs taken so far. */
  bytes: number;
}

export interface ImportReport {
  /** Repositories looked at. */
  repositories: number;
  /** Taken by this run; what was here before is not counted. */
  tags: number;
  manifests: number;
  blobs: number;
  bytes: number;
  /** Of the blobs, those that were read and written, since they could not be linked, or had to leave this machine. */
  copied: number;
  /** How often something was skipped, and is missed here, by reason. */
  skipped: Partial<Record<SkipReason, number>>;
  /** How often something was taken though it is odd, by reason: nothing is lost by it. */
  noted: Partial<Record<NoteReason, number>>;
  /** The first of what was skipped or noted. */
  skips: Skip[];
  /** All that was skipped. */
  problems: number;
}

export type SkipReason =
  | "name not allowed"
  | "no organization"
  | "broken link"
  | "missing blob"
  | "damaged blob"
  | "missing manifest"
  | "damaged manifest"
  | "manifest refused"
  | "tag taken"
  | "unreadable";

/**
 * `missing child`: an index was taken that names a manifest which is not in the tree; `wrong size`: a manifest was
 * taken that gives something another size than it has.
 */
export type NoteReason = "missing child" | "wrong size";

export interface Skip {
  /** `org/app:tag`, `org/app@digest` or the name of a repository. */
  what: string;
  reason: SkipReason | NoteReason;
  why: string;
}

/** There is nothing that can be imported. */
export class ImportError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ImportError";
  }
}
