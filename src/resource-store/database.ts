import { isDeepStrictEqual } from "node:util";
import type { Database } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import {
  createdDocument,
  deletedDocument,
  documentWithStatus,
  unlessDeleted,
  updatedDocument,
} from "./database/documents.ts";
import { createChangeFeed } from "./database/feed.ts";
import { HISTORY_MS, pruneHistory } from "./database/history.ts";
import { countRows } from "./database/list-rows.ts";
import { listResources } from "./database/list.ts";
import { parseDocument, withoutDocs, type ParsedDocument } from "./database/stored-document.ts";
import { createTextReader, pruneTexts } from "./database/texts.ts";
import { watchResources } from "./database/watch.ts";
import { changeResource, type Mirror } from "./database/write.ts";
import { AlreadyExistsError, ConflictError, NotFoundError } from "./errors.ts";
import type { ChangeOptions, Preconditions, ResourceStore } from "./port.ts";

export interface DatabaseResourceStoreOptions {
  database: Database;
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
  /** Run in the transaction of each change, so that what is kept of specs elsewhere is as new as what is told of them. */
  mirrors?: readonly Mirror[];
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
  mirrors = [],
}: DatabaseResourceStoreOptions): ResourceStore {
  const texts = createTextReader(database);
  const feed = createChangeFeed(database, texts);
  const findDocument = prepare(database, (queryable, { kind, name }: { kind: Kind; name: string }) =>
    queryable.selectFrom("resources").select("document").where("kind", "=", kind).where("name", "=", name),
  );
  const pruning = setInterval(() => {
    // What fails now is tried again at the next turn.
    prune(now() - HISTORY_MS).catch(() => undefined);
  }, PRUNE_EVERY_MS).unref();

  async function prune(before: number): Promise<void> {
    await pruneHistory(database, before);
    await pruneTexts(database, before);
  }

  async function findParsed<K extends Kind>(kind: K, name: string): Promise<ParsedDocument<K> | undefined> {
    const row = await findDocument.first({ kind, name });
    return row && parseDocument<K>(row.document);
  }

  async function find<K extends Kind>(kind: K, name: string): Promise<Resource<K> | undefined> {
    const parsed = await findParsed(kind, name);
    return parsed && (await texts.complete([parsed]))[0];
  }

  async function change<K extends Kind>(
    target: { kind: K; name: string },
    decide: (before: Resource<K> | undefined) => Resource<K> | undefined,
    { dryRun = false }: ChangeOptions = {},
  ): Promise<Resource<K>> {
    if (dryRun) return foreseen(await find(target.kind, target.name), decide);
    const resource = await changeResource({ database, texts, now, mirrors }, target, decide);
    feed.ring();
    return resource;
  }

  /** Changes what is there; a change that changes nothing costs no transaction. */
  async function replace<K extends Kind>(
    resource: Resource<K>,
    compose: (before: Resource<K>, resource: Resource<K>) => Resource<K>,
    options?: ChangeOptions,
  ): Promise<Resource<K>> {
    const target = { kind: resource.kind, name: resource.metadata.name };
    const decide = (before: Resource<K> | undefined): Resource<K> | undefined =>
      unlessDeleted(compose(requireResource(before, target, resource.metadata), resource));
    const before = await find(target.kind, target.name);
    if (before && isDeepStrictEqual(before, decide(before))) return before;
    return change(target, decide, options);
  }

  return {
    async get(kind, name) {
      return requireResource(await find(kind, name), { kind, name });
    },
    async getJson(kind, name) {
      const parsed = await findParsed(kind, name);
      if (!parsed) throw new NotFoundError(kind, name);
      return { brief: withoutDocs(parsed), json: await texts.completeJson(parsed) };
    },
    list: (kind, options) => listResources({ database, texts }, kind, options),
    count: (kind, { labelSelector }) => countRows(database, { kind, labelSelector }),
    create: (resource, options) => {
      const target = { kind: resource.kind, name: resource.metadata.name };
      const decide = (before: typeof resource | undefined) => {
        if (before) throw new AlreadyExistsError(target.kind, target.name);
        return createdDocument(resource, new Date(now()));
      };
      return change(target, decide, options);
    },
    update: (resource, options) => replace(resource, updatedDocument, options),
    updateStatus: (resource, options) => replace(resource, documentWithStatus, options),
    delete: (kind, name, options) =>
      change(
        { kind, name },
        (before) =>
          deletedDocument(requireResource(before, { kind, name }, options), {
            now: new Date(now()),
            propagation: options?.propagation,
          }),
        options,
      ),
    watch: (kind, options, tell) => watchResources({ database, texts, feed }, kind, options, tell),
    close() {
      clearInterval(pruning);
      feed.close();
      return Promise.resolve();
    },
  };
}

/** What a change would give; of a deletion, what was there. */
function foreseen<K extends Kind>(
  before: Resource<K> | undefined,
  decide: (before: Resource<K> | undefined) => Resource<K> | undefined,
): Resource<K> {
  const after = decide(before) ?? before;
  if (!after) throw new Error("Cannot delete a resource that is not there");
  return after;
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
