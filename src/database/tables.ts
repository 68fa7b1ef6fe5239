import type { Generated } from "kysely";

/**
 * Every table and its columns. Times are milliseconds since 1970, UTC; digests and names are text as parsed;
 * booleans are 0 and 1, so that both databases give the same values back.
 */
export interface Tables {
  settings: SettingTable;

  // What is stored: content/
  organizations: OrganizationTable;
  repositories: RepositoryTable;
  blobs: BlobTable;
  repository_blobs: RepositoryBlobTable;
  manifest_contents: ManifestContentTable;
  manifests: ManifestTable;
  manifest_blobs: ManifestBlobTable;
  manifest_children: ManifestChildTable;
  tags: TagTable;
  uploads: UploadTable;
  dirty_keys: DirtyKeyTable;

  // Who may use it: auth/
  users: UserTable;
  organization_members: OrganizationMemberTable;
  sessions: SessionTable;

  // What is known: resource-store/
  resources: ResourceTable;
  resource_labels: ResourceLabelTable;
  resource_history: ResourceHistoryTable;
}

/** Single values: incarnation, signing key, resourceVersion counter. */
export interface SettingTable {
  name: string;
  value: string;
}

export interface OrganizationTable {
  name: string;
  /** For repositories made from now on; mirrored from the Organization resource's spec. */
  default_visibility: "public" | "private";
  created_at: number;
}

export interface RepositoryTable {
  id: Generated<number>;
  /** `organization/path…` */
  name: string;
  organization: string;
  /** Mirrored from the Repository resource's spec, since the push path reads it. */
  visibility: "public" | "private";
  /** JSON list of patterns, mirrored from spec.immutableTags. */
  immutable_tags: string;
  /** The tag pushed last, for the `latest` alias; null when the repository has no tag. */
  newest_tag: string | null;
  pulls: number;
  created_at: number;
}

export interface BlobTable {
  digest: string;
  size: number;
  /** storing (its bytes may not be there yet) → live → deleting → gone (no row): see docs/garbage-collection.md. */
  state: "storing" | "live" | "deleting";
  created_at: number;
  /** Not collected before this time, though nothing refers to it; of one that is `deleting`, until when who does that has it alone. */
  grace_until: number;
}

/** Which repository may read a blob: its own uploads and mounts. */
export interface RepositoryBlobTable {
  repository_id: number;
  digest: string;
  linked_at: number;
}

/** Manifest bytes, once however many repositories hold them. */
export interface ManifestContentTable {
  digest: string;
  content: Uint8Array;
}

export interface ManifestTable {
  repository_id: number;
  digest: string;
  media_type: string;
  size: number;
  kind: "image" | "index" | "artifact";
  artifact_type: string | null;
  /** The manifest this one is about: referrers are found by it. */
  subject: string | null;
  /** JSON object: the manifest's annotations, which the referrers list shows. */
  annotations: string;
  pushed_at: number;
  pushed_by: string;
  /** Of the last pull, or of another use that keeps it, to within a day; 0 when there was none. */
  pulled_at: Generated<number>;
}

/** A manifest's blobs: a restrictive foreign key, so that no blob in use can go. */
export interface ManifestBlobTable {
  repository_id: number;
  manifest_digest: string;
  blob_digest: string;
}

/** An index's manifests, which need not be there (sparse index). */
export interface ManifestChildTable {
  repository_id: number;
  manifest_digest: string;
  child_digest: string;
}

export interface TagTable {
  repository_id: number;
  name: string;
  digest: string;
  pushed_at: number;
  pushed_by: string;
  /** 1 for signatures, attestations and other artifacts, which are neither an Image nor `latest`. */
  artifact: number;
}

export interface UploadTable {
  id: string;
  repository_id: number;
  started_at: number;
  /** Idle uploads are ended 24 hours after this. */
  updated_at: number;
}

/** What a controller has yet to look at; removed after handling, if nobody touched it meanwhile. */
export interface DirtyKeyTable {
  /** `image` (key `org/repo:tag`), `repository` (key `org/repo`) or `organization` (key `org`). */
  kind: "image" | "repository" | "organization";
  key: string;
  /** Random; replaced at each touch, so that a key touched during its handling is kept. */
  stamp: string;
  touched_at: number;
}

export interface UserTable {
  name: string;
  /** PHC string of argon2id. */
  password_hash: string;
  administrator: number;
  disabled: number;
  display_name: string;
  created_at: number;
}

/** Mirrored from the Organization resource's spec.members, since the push path reads it. */
export interface OrganizationMemberTable {
  organization: string;
  kind: "User" | "Group" | "ServiceAccount";
  name: string;
  role: "owner" | "publisher" | "reader";
}

export interface SessionTable {
  /** SHA-256 of the cookie's secret, hex. */
  id_hash: string;
  user_name: string;
  created_at: number;
  expires_at: number;
}

/** A resource as it is now: the JSON document that the Kubernetes API shows. */
export interface ResourceTable {
  kind: string;
  name: string;
  uid: string;
  resource_version: number;
  document: string;
}

/** The labels of `resources`, one row each, for selectors. */
export interface ResourceLabelTable {
  kind: string;
  name: string;
  label: string;
  value: string;
}

/** Changes of the last five minutes, for watches. */
export interface ResourceHistoryTable {
  resource_version: number;
  kind: string;
  name: string;
  change: "ADDED" | "MODIFIED" | "DELETED";
  document: string;
  /** The document before the change, so that a selector can tell an entry that left it; null when it was added. */
  previous: string | null;
  changed_at: number;
}
