import type { Kind, Resource } from "../resources/kinds.ts";

/** Resources by kind and name, with versions, as a Kubernetes API server keeps them. All are in one namespace. */
export interface ResourceStore {
  /** @throws NotFoundError */
  get<K extends Kind>(kind: K, name: string): Promise<Resource<K>>;

  /**
   * A page of resources in the order of their names. All pages that one `continue` token leads through show the same moment.
   * @throws ExpiredError when the continue token is older than the history kept
   */
  list<K extends Kind>(kind: K, options?: ListOptions): Promise<ResourceList<K>>;

  /**
   * Stores a new resource; uid, resourceVersion, generation and creationTimestamp are given here.
   * @throws AlreadyExistsError
   */
  create<K extends Kind>(resource: NewResource<K>): Promise<Resource<K>>;

  /**
   * Replaces metadata and spec (status stays), if `metadata.resourceVersion` is current or left out.
   * generation grows when spec changed; nothing is written, and no event sent, when nothing changed.
   * @throws NotFoundError, ConflictError
   */
  update<K extends Kind>(resource: Resource<K>): Promise<Resource<K>>;

  /**
   * Replaces status alone, under the same conditions.
   * @throws NotFoundError, ConflictError
   */
  updateStatus<K extends Kind>(resource: Resource<K>): Promise<Resource<K>>;

  /**
   * Deletes and returns what was there.
   * @throws NotFoundError; ConflictError when a precondition does not hold
   */
  delete<K extends Kind>(kind: K, name: string, preconditions?: Preconditions): Promise<Resource<K>>;

  /**
   * Changes after a resourceVersion, in order, until the signal aborts. Bounded: a watcher that does not read
   * fast enough gets ExpiredError and lists again.
   * @throws ExpiredError when the version is older than the history kept
   */
  watch<K extends Kind>(kind: K, options: WatchOptions): AsyncIterable<WatchEvent<K>>;

  close(): Promise<void>;
}

export interface ListOptions {
  labelSelector?: LabelRequirement[];
  /** Dotted path → value: `metadata.name`, `spec.name`, `spec.visibility`. */
  fieldSelector?: FieldRequirement[];
  /** At most this many; default 500. */
  limit?: number;
  /** From an earlier page's `continue`. */
  continue?: string;
}

export type LabelRequirement =
  | { key: string; operator: "Exists" | "DoesNotExist" }
  | { key: string; operator: "In" | "NotIn"; values: string[] };

export interface FieldRequirement {
  path: string;
  operator: "=" | "!=";
  value: string;
}

export interface ResourceList<K extends Kind> {
  items: Resource<K>[];
  /** The moment this list shows: watch from here. */
  resourceVersion: string;
  /** Set when there is more. */
  continue?: string;
  remainingItemCount?: number;
}

export interface WatchOptions {
  resourceVersion: string;
  labelSelector?: LabelRequirement[];
  fieldSelector?: FieldRequirement[];
  signal: AbortSignal;
}

export interface WatchEvent<K extends Kind> {
  type: "ADDED" | "MODIFIED" | "DELETED";
  /** After the change; when DELETED, as it was last, with the deletion's resourceVersion. */
  object: Resource<K>;
}

export interface Preconditions {
  uid?: string;
  resourceVersion?: string;
}

/** A resource before the store has given it identity. */
export type NewResource<K extends Kind> = Omit<Resource<K>, "metadata"> & {
  metadata: Partial<Resource<K>["metadata"]> & { name: string };
};
