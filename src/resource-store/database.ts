import { isDeepStrictEqual } from "node:util";
import type { Database } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { createdDocument, documentWithStatus, updatedDocument } from "./database/documents.ts";
import { createChangeFeed } from "./database/feed.ts";
import { HISTORY_MS, pruneHistory } from "./database/history.ts";
import { listResources } from "./database/list.ts";
import { watchResources } from "./database/watch.ts";
import { changeResource } from "./database/write.ts";
import { AlreadyExistsError, ConflictError, NotFoundError } from "./errors.ts";
import type { Preconditions, ResourceStore } from "./port.ts";

export interface DatabaseResourceStoreOptions {
  database: Database;
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
}

/** Between two removals of old history. */
const PRUNE_EVERY_MS = 60_000;

/**
 * Resources in the hub's own database. What `get`, `list` and the writes give is the caller's own; what `watch` gives is
 * shared by all watchers, and frozen.
 */
export function openDatabaseResourceStore({
  database,
  now = Date.now,
}: DatabaseResourceStoreOptions): ResourceStore {
  const feed = createChangeFeed(database);
  const findDocument = prepare(database, (queryable, { kind, name }: { kind: Kind; name: string }) =>
    queryable.selectFrom("resources").select("document").where("kind", "=", kind).where("name", "=", name),
  );
  const pruning = setInterval(() => {
    // What fails now is tried again at the next turn.
    pruneHistory(database, now() - HISTORY_MS).catch(() => undefined);
  }, PRUNE_EVERY_MS).unref();

  async function find<K extends Kind>(kind: K, name: string): Promise<Resource<K> | undefined> {
    const row = await findDocument.first({ kind, name });
    return row && (JSON.parse(row.document) as Resource<K>);
  }

  async function change<K extends Kind>(
    target: { kind: K; name: string },
    decide: (before: Resource<K> | undefined) => Resource<K> | undefined,
  ): Promise<Resource<K>> {
    const resource = await changeResource({ database, now }, target, decide);
    feed.ring();
    return resource;
  }

  /** Changes what is there; a change that changes nothing costs no transaction. */
  async function replace<K extends Kind>(
    resource: Resource<K>,
    compose: (before: Resource<K>, resource: Resource<K>) => Resource<K>,
  ): Promise<Resource<K>> {
    const target = { kind: resource.kind, name: resource.metadata.name };
    const decide = (before: Resource<K> | undefined): Resource<K> =>
      compose(requireResource(before, target, resource.metadata), resource);
    const before = await find(target.kind, target.name);
    if (before && isDeepStrictEqual(before, decide(before))) return before;
    return change(target, decide);
  }

  return {
    async get(kind, name) {
      return requireResource(await find(kind, name), { kind, name });
    },
    list: (kind, options) => listResources(database, kind, options),
    create: (resource) => {
      const target = { kind: resource.kind, name: resource.metadata.name };
      return change(target, (before) => {
        if (before) throw new AlreadyExistsError(target.kind, target.name);
        return createdDocument(resource, new Date(now()));
      });
    },
    update: (resource) => replace(resource, updatedDocument),
    updateStatus: (resource) => replace(resource, documentWithStatus),
    delete: (kind, name, preconditions) =>
      change({ kind, name }, (before) => {
        requireResource(before, { kind, name }, preconditions);
        return undefined;
      }),
    watch: (kind, options) => watchResources({ database, feed }, kind, options),
    close() {
      clearInterval(pruning);
      feed.close();
      return Promise.resolve();
    },
  };
}

/** @throws NotFoundError, ConflictError */
function requireResource<K extends Kind>(
  resource: Resource<K> | undefined,
  { kind, name }: { kind: K; name: string },
  { uid, resourceVersion }: Preconditions = {},
): Resource<K> {
  if (!resource) throw new NotFoundError(kind, name);
  const { metadata } = resource;
  if (uid && uid !== metadata.uid) {
    throw new ConflictError(
      kind,
      name,
      `its uid is ${metadata.uid}, expected ${uid}: it was deleted and made anew`,
    );
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) throw new ConflictError(kind, name);
  return resource;
}
