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
  awaited_blobs: AwaitedBlobTable;
  manifest_children: ManifestChildTable;
  tags: TagTable;
  uploads: UploadTable;
  deletions: DeletionTable;
  deletion_blobs: DeletionBlobTable;
  deletion_children: DeletionChildTable;
  dirty_keys: DirtyKeyTable;

  // Long work: api/jobs/
  jobs: JobTable;

  // Who may use it: auth/
  users: UserTable;
  organization_members: OrganizationMemberTable;
  sessions: SessionTable;
  password_resets: PasswordResetTable;
  tokens: TokenTable;
  robots: RobotTable;
  refresh_tokens: RefreshTokenTable;
  invitations: InvitationTable;
  identities: IdentityTable;
  group_members: GroupMemberTable;
  user_groups: UserGroupTable;

  // Who did what: audit/
  audit: AuditTable;

  // What is known: resource-store/
  resources: ResourceTable;
  resource_texts: ResourceTextTable;
  resource_text_uses: ResourceTextUseTable;
  deleted_words: DeletedWordsTable;
  resource_labels: ResourceLabelTable;
  resource_history: ResourceHistoryTable;

  // What happened of late: events/
  events: EventTable;

  // What Helm keeps of charts: releases/
  release_owners: ReleaseOwnerTable;
  releases: ReleaseTable;
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
  /** The tag pushed last, for the `latest` alias; null when the repository has no tag of an image. */
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

/** A manifest's blobs that were not there when it was pushed; one that comes is kept as long as the manifest. */
export interface AwaitedBlobTable {
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

/** A tag or manifest that was deleted and can be restored; a collection removes the row when its time is over. */
export interface DeletionTable {
  id: Generated<number>;
  repository_id: number;
  /** Of the repository: so that the list of an organization is read in its order. */
  organization: string;
  /** "" when the manifest was deleted: each tag that went with it has a row of its own. */
  tag: string;
  digest: string;
  /** Of a manifest: deleted referrers are found by it. */
  subject: string | null;
  /** As in `tags`. */
  artifact: number;
  media_type: string;
  pushed_at: number;
  pushed_by: string;
  deleted_at: number;
  deleted_by: string;
}

/** The blobs of a deleted manifest: a restrictive foreign key keeps them. */
export interface DeletionBlobTable {
  deletion_id: number;
  digest: string;
}

/** The manifests that a deleted index names. */
export interface DeletionChildTable {
  deletion_id: number;
  digest: string;
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

/** Work that an administrator started, or the hub by its schedule, with what became of it. */
export interface JobTable {
  id: Generated<number>;
  kind: string;
  /** Of the jobs of a lane one runs at a time: a unique index of those that run. */
  lane: string;
  /** JSON, as are `progress` and `result`. */
  parameters: string;
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "interrupted";
  progress: string | null;
  result: string | null;
  error: string | null;
  /** A user; null: the hub itself. */
  started_by: string | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  /** Which process runs it, or ran it. */
  runner: string | null;
  /** When that process last told that it does. */
  beat_at: number | null;
  /** 1: whoever runs it shall end it. */
  cancel: number;
}

export interface UserTable {
  name: string;
  /** PHC string of argon2id; empty for who has no password. */
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

/** A code by which a user sets a new password, once. */
export interface PasswordResetTable {
  user_name: string;
  /** SHA-256 of the code, hex. */
  code_hash: string;
  /** The administrator who made it. */
  created_by: string;
  created_at: number;
  expires_at: number;
}

/** A token that a person made: what it leaves of its owner's rights. */
export interface TokenTable {
  id: string;
  /** SHA-256 of its text, hex. */
  hash: string;
  /** A user. */
  owner: string;
  /** The token that it was made by, with which it goes; null: made by password, or on its owner's own account. */
  parent: string | null;
  name: string;
  /** JSON list, as is `repositories`. */
  scopes: string;
  repositories: string;
  created_at: number;
  expires_at: number | null;
  /** To within a minute. */
  last_used_at: number | null;
}

/** What somebody did, or was refused; see `src/audit/entry.ts`. */
export interface AuditTable {
  id: Generated<number>;
  /** Days since 1970, UTC: what is too old goes day by day. */
  day: number;
  at: number;
  actor: string;
  token: string | null;
  address: string;
  action: string;
  resource: string;
  /** "" for what is no organization's matter. */
  organization: string;
  digest: string | null;
  previous_digest: string | null;
  outcome: "success" | "denied" | "failed";
  /** Of the answer, as HTTP has it. */
  status: number;
  count: number;
}

/** A robot of an organization: a token that is nobody's own. */
export interface RobotTable {
  id: string;
  /** SHA-256 of its text, hex. */
  hash: string;
  organization: string;
  /** Within the organization: docker sees `organization+name`. */
  name: string;
  /** JSON list, as is `repositories`. */
  scopes: string;
  repositories: string;
  /** A user. */
  created_by: string;
  created_at: number;
  expires_at: number | null;
  /** To within a minute. */
  last_used_at: number | null;
}

/** What a client of the token endpoint keeps in the place of a password. */
export interface RefreshTokenTable {
  /** SHA-256 of its text, hex. */
  hash: string;
  /** Of the user or robot. */
  name: string;
  /** What it was got with, and ends with: `password:` and a hash of its hash, or `token:` and an id. */
  credential: string;
  created_at: number;
  used_at: number;
}

/** A link by which people join an organization. */
export interface InvitationTable {
  id: string;
  /** SHA-256 of its secret, hex. */
  hash: string;
  organization: string;
  role: "owner" | "publisher" | "reader";
  uses_left: number;
  /** A user. */
  created_by: string;
  created_at: number;
  expires_at: number;
}

/** Who a user is at a provider of OpenID Connect. */
export interface IdentityTable {
  id: string;
  /** With `subject` what the provider calls somebody, for ever: names and addresses may pass to others. */
  issuer: string;
  subject: string;
  user_name: string;
  /** What the provider's name claim said at the last login. */
  shown_as: string;
  created_at: number;
  used_at: number;
}

/** Who is a member of an organization because a provider says that it is in a group, and so as long as it says so. */
export interface GroupMemberTable {
  user_name: string;
  organization: string;
}

/** A user in a group, as the provider said at the user's last login. */
export interface UserGroupTable {
  user_name: string;
  group_name: string;
}

/** A resource as it is now: the JSON document that the Kubernetes API shows, its long texts but named. */
export interface ResourceTable {
  kind: string;
  name: string;
  uid: string;
  resource_version: number;
  document: string;
}

/** A long text of resources, once however many have it. */
export interface ResourceTextTable {
  /** SHA-256 of the content, hex. */
  digest: string;
  /** As JSON: PostgreSQL takes no NUL, and neither database half a surrogate pair. */
  content: string;
  /** When a resource let go of it last; null: never, or found in use since. The history may name it still. */
  released_at: number | null;
}

/** Which of `resources` have a text now. */
export interface ResourceTextUseTable {
  kind: string;
  name: string;
  digest: string;
}

/** What users said of an Image or a Repository that was deleted. */
export interface DeletedWordsTable {
  kind: string;
  name: string;
  /** As in `resources`, of what is kept. */
  document: string;
  /** The long text that it names, in `resource_texts`. */
  text_digest: string | null;
  deleted_at: number;
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

/** What happened to a resource, and how often. One that was removed stays for five minutes, for watches. */
export interface EventTable {
  name: string;
  uid: string;
  /** Of the resource that it is about, as are the three that follow. */
  kind: string;
  object_name: string;
  object_uid: string;
  object_version: string;
  /** Whose readers see it; null: everybody does. */
  repository: string | null;
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  count: number;
  first_at: number;
  last_at: number;
  /** The version that it was new with. */
  added_version: number;
  /** Of its last change; versions of events are a count of their own. */
  version: number;
  removed_at: number | null;
}

/** A user who has, or had, releases of Helm. */
export interface ReleaseOwnerTable {
  user_name: string;
  /** Given last, of a count of the user's own: so it tells nobody what others do. */
  version: number;
}

/** What Helm keeps of one revision of a release: a Secret of Kubernetes, which its user alone sees. */
export interface ReleaseTable {
  user_name: string;
  name: string;
  uid: string;
  /** Of its last change. */
  version: number;
  created_at: number;
  /** Of `metadata` and `content` together. */
  size_bytes: number;
  /** JSON: labels and annotations. */
  metadata: string;
  /** JSON: what is secret. */
  content: Uint8Array;
}
