import type { Digest } from "../oci/digest.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";

/** A tag or manifest that is being restored, and what its repository says of tags. */
export interface Restoring {
  id: number;
  repositoryId: number;
  repository: RepositoryName;
  immutableTags: readonly string[];
  /** undefined: the manifest was deleted. */
  tag: Tag | undefined;
  digest: Digest;
  /** Milliseconds since 1970. */
  deletedAt: number;
}
