import type { Kind, Resource } from "../resources/kinds.ts";
import type { Propagation } from "../resources/propagation.ts";
import type { Soon } from "./soon.ts";

/** Resources by kind and name, with versions, as a Kubernetes API server keeps them. All are in one namespace. */
export interface ResourceStore {
  /** @throws NotFoundError */
  get<K extends Kind>(kind: K, name: string): Promise<Resource<K>>;

  /** The same as JSON, for who passes it on as it is. @throws NotFoundError */
  getJson<K extends Kind>(kind: K, name: string): Promise<ResourceJson<K>>;

  /**
   * A page of resources in the order of their names. All pages that one `continue` token leads through show the same moment.
   * @throws ExpiredError when the continue token or version is older than the history kept; FutureVersionError
   */
  list<K extends Kind>(kind: K, options?: ListOptions): Promise<ResourceList<K>>;

  /** How many resources the labels select, without reading them. */
  count<K extends Kind>(kind: K, options: { labelSelector: LabelRequirement[] }): Promise<number>;

  /**
   * Stores a new resource; uid, resourceVersion, generation and creationTimestamp are given here.
   * @throws AlreadyExistsError
   */
  create<K extends Kind>(resource: NewResource<K>, options?: ChangeOptions): Promise<Resource<K>>;

  /**
   * Replaces metadata and spec (status stays), if `metadata.resourceVersion` is current or left out.
   * generation grows when spec changed; nothing is written, and no event sent, when nothing changed. One that was
   * to be deleted goes with its last finalizer.
   * @throws NotFoundError, ConflictError
   */
  update<K extends Kind>(resource: Resource<K>, options?: ChangeOptions): Promise<Resource<K>>;

  /**
   * Replaces status alone, under the same conditions.
   * @throws NotFoundError, ConflictError
   */
  updateStatus<K extends Kind>(resource: Resource<K>, options?: ChangeOptions): Promise<Resource<K>>;

  /**
   * Deletes and returns what was there. One with finalizers stays, with a deletionTimestamp, until they are gone; by
   * its propagation a deletion adds or removes those that wait for what it owns.
   * @throws NotFoundError; ConflictError when a precondition does not hold
   */
  delete<K extends Kind>(
    kind: K,
    name: string,
    options?: Preconditions & ChangeOptions & { propagation?: Propagation },
  ): Promise<Resource<K>>;

  /**
   * Tells changes after a resourceVersion, in order and one at a time, until the signal aborts. Bounded: a watcher
   * that does not take them fast enough gets ExpiredError and lists again.
   * @param tell the next change waits for what it returns; what it throws ends the watch
   * @throws ExpiredError when the version is older than the history kept
   */
  watch<K extends Kind>(kind: K, options: WatchOptions, tell: TellEvent<K>): Promise<void>;

  close(): Promise<void>;
}

export interface ResourceJson<K extends Kind> {
  /** By which its reader decides who may have it: without the docs of an Image. */
  brief: Resource<K>;
  /** All of it. */
  json: string;
}

export interface ChangeOptions {
  /** Says what would be, and changes nothing. Default false. */
  dryRun?: boolean;
}

export interface ReadOptions {
  /** Leaves out the docs of Images, which are most of their text. Default false. */
  withoutDocs?: boolean;
}

export interface ListOptions extends ReadOptions {
  labelSelector?: LabelRequirement[];
  /** Dotted path → value: `metadata.name`, `spec.name`, `spec.visibility`. */
  fieldSelector?: FieldRequirement[];
  /** At most this many; default 500. */
  limit?: number;
  /** From an earlier page's `continue`. */
  continue?: string;
  /** The moment to show, when no `continue` says it. Default now. */
  resourceVersion?: string;
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
  /** How long each item is as a text, in characters: who gathers several pages goes by it. */
  lengths: number[];
  /** The moment this list shows: watch from here. */
  resourceVersion: string;
  /** Set when there is more. */
  continue?: string;
}

export interface WatchOptions extends ReadOptions {
  resourceVersion: string;
  labelSelector?: LabelRequirement[];
  fieldSelector?: FieldRequirement[];
  signal: AbortSignal;
  /** Whether events tell what was before. Default false. */
  withPrevious?: boolean;
  /** Called as time goes on, with a version up to which all was told that this watch is about. */
  onProgress?: (resourceVersion: string) => void;
}

export interface WatchEvent<K extends Kind> {
  type: "ADDED" | "MODIFIED" | "DELETED";
  /** After the change; when DELETED, as it was last, with the deletion's resourceVersion. */
  object: Resource<K>;
  /** Before the change, without docs, when it is asked for and there was anything. */
  previous?: Resource<K>;
}

export type TellEvent<K extends Kind> = (event: WatchEvent<K>) => Soon<void>;

export interface Preconditions {
  uid?: string;
  resourceVersion?: string;
}

/** A resource before the store has given it identity. */
export type NewResource<K extends Kind> = Omit<Resource<K>, "metadata"> & {
  metadata: Partial<Resource<K>["metadata"]> & { name: string };
};
