import type { Digest } from "../oci/digest.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";

/** What was deleted and can be restored, until a collection takes it. */
export interface Deletions {
  /** The latest first; without what is there again. */
  list(query: DeletionQuery): Promise<DeletionRecord[]>;
  find(id: number): Promise<DeletionRecord | undefined>;
  /**
   * Restores a tag with its manifest, or a manifest with the tags that it took along; with either, the manifests that
   * it names, and the signatures and other referrers that were deleted since.
   * @returns undefined when there is no such deletion
   * @throws TagTakenError, OciError DENIED when an immutable tag would be moved, MANIFEST_UNKNOWN when its content is gone
   */
  restore(id: number, options?: RestoreOptions): Promise<Restored | undefined>;
}

export interface DeletionQuery {
  /** Default all. */
  organizations?: readonly string[];
  repository?: RepositoryName;
  tag?: Tag;
  digest?: Digest;
  /** The id that the page begins below. */
  before?: number;
  limit: number;
}

export interface DeletionRecord {
  id: number;
  repository: RepositoryName;
  /** Set when a tag was deleted; the manifest it named may be there. */
  tag: Tag | undefined;
  digest: Digest;
  mediaType: string;
  pushedAt: Date;
  pushedBy: string;
  deletedAt: Date;
  deletedBy: string;
  /** No collection takes it before this. */
  keptUntil: Date;
}

export interface RestoreOptions {
  /** Move a tag that is at another digest by now. Default false. */
  replace?: boolean;
}

export interface Restored {
  tags: Tag[];
  manifests: Digest[];
  /** Tags of a restored manifest that stay where they are by now. */
  takenTags: Tag[];
}
