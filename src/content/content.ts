import type { Readable, Writable } from "node:stream";
import type { ByteRange, SendOptions } from "../blob-storage/port.ts";
import type { WriteTransaction } from "../database/database.ts";
import type { Digest, DigestAlgorithm } from "../oci/digest.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { Deletions } from "./deletions.ts";
import type { Checker } from "./check/checker.ts";
import type { Garbage } from "./garbage.ts";
import type { Importer } from "./import/importer.ts";
import type { WrongSize } from "./wrong-sizes.ts";
import type { ImageName, ManifestReference, RepositoryName, Tag } from "../oci/reference.ts";

/** What the registry stores, by noun. Who may do it is the caller's to decide before. */
export interface Content {
  readonly repositories: Repositories;
  readonly tags: Tags;
  readonly manifests: Manifests;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly referrers: Referrers;
  readonly dirtyKeys: DirtyKeys;
  readonly pulls: Pulls;
  readonly garbage: Garbage;
  readonly checker: Checker;
  readonly importer: Importer;
  readonly deletions: Deletions;
  close(): Promise<void>;
}

/** Which manifests may be missing when one that names them is pushed: those of an index, all content, or none. */
export type SparseManifests = "indexes" | "all" | "none";

export interface RepositoryRecord {
  id: number;
  name: RepositoryName;
  organization: string;
  visibility: "public" | "private";
  immutableTags: string[];
  /** The tag pushed last. */
  newestTag: Tag | undefined;
  pulls: number;
  createdAt: Date;
}

export interface Repositories {
  find(name: RepositoryName): Promise<RepositoryRecord | undefined>;
  /**
   * The repository's id; made when it is not there, with its organization if `newOrganizationOwner` is given.
   * @param options.visibility of what is made; default: the organization's, which is public when it is made, too
   * @throws OciError DENIED when somebody else made that organization meanwhile
   */
  ensure(
    name: RepositoryName,
    options?: { newOrganizationOwner?: string; visibility?: "public" | "private" },
  ): Promise<number>;
  /** In the order of names, after `after`; all, or those of one organization. */
  list(options: { after?: string; limit: number; organization?: string }): Promise<RepositoryRecord[]>;
  /** Those that have a tag and that somebody may read, in the order of names, after `after`. */
  catalog(options: {
    after?: string;
    limit: number;
    readable: Pick<ReadableRepositories, "all" | "organizations">;
  }): Promise<RepositoryName[]>;
  /** Mirrors what a Repository resource's spec says into the row that the push path reads. */
  setPolicy(name: RepositoryName, policy: RepositoryPolicy): Promise<void>;
}

export interface RepositoryPolicy {
  visibility: "public" | "private";
  /** Patterns. */
  immutableTags: readonly string[];
}

export interface TagRecord {
  name: Tag;
  digest: Digest;
  mediaType: string;
  pushedAt: Date;
  pushedBy: string;
  /** A signature, an SBOM or the like: not shown as an image. */
  isArtifact: boolean;
  /** Set for `latest` when nobody pushed it: the tag whose image it stands for. */
  aliasOf?: Tag;
}

export interface Tags {
  /** A tag, or the `latest` alias. */
  find(repository: RepositoryName, tag: Tag): Promise<TagRecord | undefined>;
  /** Names in lexical order after `after`, the alias among them. */
  list(repository: RepositoryName, options: { after?: string; limit: number }): Promise<Tag[]>;
  /** The tags pushed last, newest first, without the alias. */
  newest(repository: RepositoryName, limit: number): Promise<TagRecord[]>;
  count(repository: RepositoryName): Promise<number>;
  /** Whether an image's tag was pushed at that time or before. */
  hasOlder(repository: RepositoryName, than: Date): Promise<boolean>;
  /**
   * Deletes a tag, which can be restored for a while; with `ifDigest`, only while it names that digest.
   * @returns false when there was nothing to delete
   * @throws OciError DENIED for the `latest` alias and for an immutable tag
   */
  delete(
    repository: RepositoryName,
    tag: Tag,
    options: { deletedBy: string; ifDigest?: Digest },
  ): Promise<boolean>;
}

export interface ManifestRecord {
  digest: Digest;
  mediaType: string;
  sizeBytes: number;
  bytes: Uint8Array;
}

export interface Manifests {
  /**
   * @param options.forPush the caller will push an index that names the manifest: nothing takes it for 15 days.
   * Default false
   * @param options.forPull the caller pulls the manifest, and what it names next: likewise, before the pull is counted.
   * Default false
   */
  find(
    repository: RepositoryName,
    reference: ManifestReference,
    options?: { forPush?: boolean; forPull?: boolean },
  ): Promise<ManifestRecord | undefined>;
  /**
   * Stores a manifest, with its links, tags, referrer and dirty keys, in one transaction.
   * @throws OciError MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, DIGEST_INVALID, SIZE_INVALID; DENIED when an immutable
   * tag is at another digest
   */
  put(repository: RepositoryName, push: ManifestPush): Promise<PushedManifest>;
  /**
   * Deletes a manifest and its tags, which can be restored for a while.
   * @returns false when it was not there
   * @throws OciError DENIED when an immutable tag names it, or an index that does
   */
  delete(repository: RepositoryName, digest: Digest, options: { deletedBy: string }): Promise<boolean>;
}

export interface ManifestPush {
  /** Tags to set; none when pushed by digest alone. */
  tags: Tag[];
  /** The digest that the client says it has; undefined when pushed by tag. */
  expectedDigest?: Digest;
  bytes: Uint8Array;
  contentType?: string;
  pushedBy: string;
  /** When the tags were set, if that was elsewhere; default now. The manifest comes now all the same. */
  tagsSetAt?: Date;
  /** Take it though it gives what it names another size than that has. Default false: clients could not pull it. */
  takeWrongSizes?: boolean;
  /** Runs in the push's transaction, before the manifest and its tags are written. */
  alongside?: (transaction: WriteTransaction, digest: Digest) => Promise<void>;
}

export interface PushedManifest {
  digest: Digest;
  manifest: Manifest;
  /** None, unless such are taken. */
  wrongSizes: WrongSize[];
}

/** What somebody may read beside all that is public. */
export interface ReadableRepositories {
  /** Default false. */
  all?: boolean;
  organizations?: readonly string[];
  repositories?: readonly RepositoryName[];
}

export interface Blobs {
  /**
   * @param options.forPush the caller will push a manifest that names the blob: nothing takes it for half a day.
   * Default false
   * @returns the size in bytes of a blob that this repository may read
   */
  stat(
    repository: RepositoryName,
    digest: Digest,
    options?: { forPush?: boolean },
  ): Promise<number | undefined>;
  /** @returns those of these blobs that this repository may read, with their sizes in bytes */
  present(repository: RepositoryName, digests: readonly Digest[]): Promise<Map<Digest, number>>;
  /** @returns where storage itself gives the bytes to whoever asks with it, in the next minutes; undefined: nowhere */
  redirectUrl(digest: Digest): Promise<string | undefined>;
  /** @throws OciError BLOB_UNKNOWN when the bytes are not in storage */
  read(digest: Digest, range?: ByteRange): Promise<Readable>;
  /** Writes a blob to a stream and ends it, faster than to pipe `read`. @throws BlobNotFoundError, before `onOpen` */
  send(digest: Digest, sink: Writable, options?: SendOptions): Promise<void>;
  /** Links a blob that `from` has: one repository, or any that the caller may read. @returns false when it does not */
  mount(
    repository: RepositoryName,
    digest: Digest,
    from: RepositoryName | ReadableRepositories,
  ): Promise<boolean>;
  /** Removes this repository's link. @throws OciError UNSUPPORTED when a manifest here still needs it */
  delete(repository: RepositoryName, digest: Digest): Promise<boolean>;
}

export interface Uploads {
  /** Begins an upload, for a day. @returns its id */
  start(repository: RepositoryName): string;
  /** @returns the bytes taken so far @throws OciError BLOB_UPLOAD_UNKNOWN */
  size(repository: RepositoryName, id: string): Promise<number>;
  /**
   * Appends a body, streamed.
   * @param offset where the client says it begins; undefined: at the end
   * @returns the size afterwards
   * @throws OciError BLOB_UPLOAD_UNKNOWN, RANGE_INVALID, STORAGE_FULL; TOOMANYREQUESTS when the repository has as many
   * that hold bytes as it may
   */
  append(repository: RepositoryName, id: string, part: UploadPart): Promise<number>;
  /**
   * Ends an upload as a blob of this repository.
   * @param last a body to append before, as by `append`
   * @throws OciError DIGEST_INVALID when the bytes hash to another
   */
  finish(repository: RepositoryName, id: string, digest: Digest, last?: UploadPart): Promise<void>;
  cancel(repository: RepositoryName, id: string): Promise<void>;
}

export interface UploadPart {
  body: AsyncIterable<Uint8Array>;
  offset?: number;
  /** The algorithm that `finish` will ask for, when known. */
  algorithm?: DigestAlgorithm;
}

export interface ReferrerRecord {
  digest: Digest;
  mediaType: string;
  sizeBytes: number;
  artifactType: string | undefined;
  annotations: Record<string, string>;
}

export interface ReferrerQuery {
  artifactType?: string;
  /** The digest that the page begins after. */
  after?: string;
  limit: number;
}

export interface Referrers {
  /** In the order of digests; a page ends early when its annotations are many. */
  list(
    repository: RepositoryName,
    subject: Digest,
    query: ReferrerQuery,
  ): Promise<{ referrers: ReferrerRecord[]; more: boolean }>;
}

export interface DirtyKey {
  kind: "image" | "repository" | "organization";
  /** `org/repo:tag`, `org/repo` or `org`. */
  key: string;
  stamp: string;
}

/** What controllers have yet to look at: a set, not a log. */
export interface DirtyKeys {
  /** Some of those waiting, the longest waiting first. */
  take(limit: number): Promise<DirtyKey[]>;
  /** Removes keys, but those that were touched again since they were taken. */
  settle(keys: readonly DirtyKey[]): Promise<void>;
  /** Marks keys as changed, for what is known of them rather than what is stored. */
  touch(keys: readonly Pick<DirtyKey, "kind" | "key">[]): Promise<void>;
  /** Calls back after each commit that touched a key. @returns a function that ends it */
  onTouched(callback: () => void): () => void;
}

/** The dirty key of an image. */
export function imageKey({ repository, tag }: ImageName): string {
  return `${repository}:${tag}`;
}

/** Counts of pulls: buffered, and added in batches. */
export interface Pulls {
  /** Counts one GET of a manifest; only those that a tag names count as pulls when they are added. */
  count(repository: RepositoryName, digest: Digest): void;
  /** Adds what was counted so far. */
  flush(): Promise<void>;
}
