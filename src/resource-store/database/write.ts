import { isDeepStrictEqual } from "node:util";
import type { Database, WriteTransaction } from "../../database/database.ts";
import { prepareStatement } from "../../database/prepared.ts";
import type { ResourceHistoryTable, ResourceLabelTable, ResourceTable } from "../../database/tables.ts";
import type { Kind, Resource } from "../../resources/kinds.ts";
import { withVersion } from "./documents.ts";
import { encodeDocument, parseDocument, textsOf } from "./stored-document.ts";
import { moveTexts, type TextReader } from "./texts.ts";
import { lockResources, nextVersion } from "./versions.ts";

/** A resource before and after a change; one of them is undefined when it is created or deleted. */
export interface Change<K extends Kind> {
  before?: Resource<K>;
  after?: Resource<K>;
}

/** Writes what else must be known of a resource. */
export type Mirror = (transaction: WriteTransaction, change: Change<Kind>) => Promise<void>;

/**
 * Decides on a change from what is there, in a transaction of its own, and makes it.
 * @param decide gives the resource as it shall be; `undefined` deletes it; what it is given changes nothing
 * @returns as it is now; when deleted, as it was last, with the deletion's version
 */
export async function changeResource<K extends Kind>(
  { database, texts, now, mirrors }: WriteParts,
  { kind, name }: { kind: K; name: string },
  decide: (before: Resource<K> | undefined) => Resource<K> | undefined,
): Promise<Resource<K>> {
  return database.write(async (transaction) => {
    await lockResources(transaction, database.kind);
    const stored = await findDocument.first(transaction, { kind, name });
    const parsed = stored && parseDocument<K>(stored.document);
    const [before] = parsed ? await texts.complete([parsed], transaction) : [];
    const after = decide(before);
    if (before && after && isDeepStrictEqual(before, after)) return before;
    const previous = {
      document: stored?.document ?? null,
      texts: parsed ? textsOf(parsed) : new Set<string>(),
    };
    for (const mirror of mirrors)
      await mirror(transaction, { ...(before && { before }), ...(after && { after }) });
    return applyChange(transaction, { before, after, previous, now: now() });
  });
}

interface WriteParts {
  database: Database;
  texts: TextReader;
  now: () => number;
  mirrors: readonly Mirror[];
}

interface DecidedChange<K extends Kind> {
  before: Resource<K> | undefined;
  after: Resource<K> | undefined;
  /** As it was stored, with the digests of its texts. */
  previous: { document: string | null; texts: Set<string> };
  now: number;
}

async function applyChange<K extends Kind>(
  transaction: WriteTransaction,
  { before, after, previous, now }: DecidedChange<K>,
): Promise<Resource<K>> {
  const last = after ?? before;
  if (!last) throw new Error("Cannot delete a resource that is not there");
  const version = await nextVersion(transaction);
  const resource = withVersion(last, version);
  const { document, texts } = encodeDocument(resource);
  if (!after) await deleteRow(transaction, resource);
  else if (!before) await insertRow(transaction, { resource, document, version });
  else await updateRow(transaction, { resource, document, version, before });
  await moveTexts(transaction, resource, { before: previous.texts, after: after ? texts : new Map(), now });
  await insertHistory.all(transaction, {
    resource_version: version,
    kind: resource.kind,
    name: resource.metadata.name,
    change: after ? (before ? "MODIFIED" : "ADDED") : "DELETED",
    document,
    previous: previous.document,
    changed_at: now,
  });
  return resource;
}

interface Row<K extends Kind> {
  resource: Resource<K>;
  document: string;
  version: number;
}

async function insertRow<K extends Kind>(
  transaction: WriteTransaction,
  { resource, document, version }: Row<K>,
): Promise<void> {
  const { kind, metadata } = resource;
  await insertResource.all(transaction, {
    kind,
    name: metadata.name,
    uid: metadata.uid ?? "",
    resource_version: version,
    document,
  });
  await insertLabels(transaction, resource);
}

async function updateRow<K extends Kind>(
  transaction: WriteTransaction,
  { resource, document, version, before }: Row<K> & { before: Resource<K> },
): Promise<void> {
  const { kind, metadata } = resource;
  await updateResource.all(transaction, { kind, name: metadata.name, resource_version: version, document });
  if (isDeepStrictEqual(metadata.labels, before.metadata.labels)) return;
  await transaction
    .deleteFrom("resource_labels")
    .where("kind", "=", kind)
    .where("name", "=", metadata.name)
    .execute();
  await insertLabels(transaction, resource);
}

/** Its labels and uses of texts go with it. */
async function deleteRow<K extends Kind>(transaction: WriteTransaction, { kind, metadata }: Resource<K>) {
  await transaction
    .deleteFrom("resources")
    .where("kind", "=", kind)
    .where("name", "=", metadata.name)
    .execute();
}

/** Row by row, by a statement that is prepared: there are some five. */
async function insertLabels<K extends Kind>(transaction: WriteTransaction, { kind, metadata }: Resource<K>) {
  for (const [label, value] of Object.entries(metadata.labels ?? {}))
    await insertLabel.all(transaction, { kind, name: metadata.name, label, value });
}

const findDocument = prepareStatement((queryable, { kind, name }: { kind: Kind; name: string }) =>
  queryable.selectFrom("resources").select("document").where("kind", "=", kind).where("name", "=", name),
);

const insertResource = prepareStatement(
  (queryable, { kind, name, uid, resource_version, document }: ResourceTable) =>
    queryable.insertInto("resources").values({ kind, name, uid, resource_version, document }),
);

const updateResource = prepareStatement(
  (queryable, { kind, name, resource_version, document }: Omit<ResourceTable, "uid">) =>
    queryable
      .updateTable("resources")
      .set({ resource_version, document })
      .where("kind", "=", kind)
      .where("name", "=", name),
);

const insertLabel = prepareStatement((queryable, { kind, name, label, value }: ResourceLabelTable) =>
  queryable.insertInto("resource_labels").values({ kind, name, label, value }),
);

const insertHistory = prepareStatement(
  (
    queryable,
    { resource_version, kind, name, change, document, previous, changed_at }: ResourceHistoryTable,
  ) =>
    queryable
      .insertInto("resource_history")
      .values({ resource_version, kind, name, change, document, previous, changed_at }),
);
