/** Takes away what nothing reaches, while everything goes on. */
export interface Garbage {
  /**
   * Looks at everything once. What it takes it has looked at again in the transaction that takes it, so it may run
   * beside pushes, pulls, deletes and other collections, and one that is cut off is as good as a shorter one.
   * @throws what the database throws
   */
  collect(options?: CollectOptions): Promise<CollectionReport>;
}

/** What a collection takes: uploads, manifests, links of repositories to blobs, manifests' bytes, blobs, damaged bytes set aside. */
export type CollectedKind = "uploads" | "manifests" | "links" | "contents" | "blobs" | "quarantined";

/** Bytes are counted where they are stored: those of manifests with `contents`. */
export type Collected = Record<CollectedKind, { count: number; bytes: number }>;

export interface CollectionReport {
  /** Nothing was changed: this is what would have gone. */
  dryRun: boolean;
  startedAt: Date;
  finishedAt: Date | undefined;
  /** False while it runs, and when it was aborted. */
  complete: boolean;
  collected: Collected;
  /** All bytes. */
  bytes: number;
  /** What storage would not remove: it is tried again by the next collection. */
  failures: number;
}

export interface CollectOptions {
  /** Tell what would go, and change nothing. Default false. */
  dryRun?: boolean;
  /** Ends the collection early, with `complete` false; what it has taken is gone. */
  signal?: AbortSignal;
  /** Called now and then with the report so far. */
  onProgress?: (report: CollectionReport) => void;
  /** Called with each error of storage, which ends nothing. */
  onError?: (error: unknown) => void;
}
