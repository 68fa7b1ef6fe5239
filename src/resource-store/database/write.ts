import { isDeepStrictEqual } from "node:util";
import type { Database, WriteTransaction } from "../../database/database.ts";
import type { Kind, Resource } from "../../resources/kinds.ts";
import { withVersion } from "./documents.ts";
import { lockResources, nextVersion } from "./versions.ts";

/** A resource before and after a change; one of them is undefined when it is created or deleted. */
export interface Change<K extends Kind> {
  before?: Resource<K>;
  after?: Resource<K>;
}

/**
 * Decides on a change from what is there, in a transaction of its own, and makes it.
 * @param decide gives the resource as it shall be; `undefined` deletes it; what it is given changes nothing
 * @returns as it is now; when deleted, as it was last, with the deletion's version
 */
export async function changeResource<K extends Kind>(
  { database, now }: { database: Database; now: () => number },
  { kind, name }: { kind: K; name: string },
  decide: (before: Resource<K> | undefined) => Resource<K> | undefined,
): Promise<Resource<K>> {
  return database.write(async (transaction) => {
    await lockResources(transaction, database.kind);
    const stored = await transaction
      .selectFrom("resources")
      .select("document")
      .where("kind", "=", kind)
      .where("name", "=", name)
      .executeTakeFirst();
    const before = stored && (JSON.parse(stored.document) as Resource<K>);
    const after = decide(before);
    if (before && after && isDeepStrictEqual(before, after)) return before;
    return applyChange(transaction, { before, after, previous: stored?.document ?? null, now: now() });
  });
}

interface DecidedChange<K extends Kind> {
  before: Resource<K> | undefined;
  after: Resource<K> | undefined;
  previous: string | null;
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
  const document = JSON.stringify(resource);
  if (!after) await deleteRow(transaction, resource);
  else if (!before) await insertRow(transaction, { resource, document, version });
  else await updateRow(transaction, { resource, document, version, before });
  await transaction
    .insertInto("resource_history")
    .values({
      resource_version: version,
      kind: resource.kind,
      name: resource.metadata.name,
      change: after ? (before ? "MODIFIED" : "ADDED") : "DELETED",
      document,
      previous,
      changed_at: now,
    })
    .execute();
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
  await transaction
    .insertInto("resources")
    .values({ kind, name: metadata.name, uid: metadata.uid ?? "", resource_version: version, document })
    .execute();
  await insertLabels(transaction, resource);
}

async function updateRow<K extends Kind>(
  transaction: WriteTransaction,
  { resource, document, version, before }: Row<K> & { before: Resource<K> },
): Promise<void> {
  const { kind, metadata } = resource;
  await transaction
    .updateTable("resources")
    .set({ resource_version: version, document })
    .where("kind", "=", kind)
    .where("name", "=", metadata.name)
    .execute();
  if (isDeepStrictEqual(metadata.labels, before.metadata.labels)) return;
  await transaction
    .deleteFrom("resource_labels")
    .where("kind", "=", kind)
    .where("name", "=", metadata.name)
    .execute();
  await insertLabels(transaction, resource);
}

/** Its labels go with it. */
async function deleteRow<K extends Kind>(transaction: WriteTransaction, { kind, metadata }: Resource<K>) {
  await transaction
    .deleteFrom("resources")
    .where("kind", "=", kind)
    .where("name", "=", metadata.name)
    .execute();
}

/** Rows of one insert: few enough that their parameters fit a statement of either database. */
const LABELS_AN_INSERT = 500;

async function insertLabels<K extends Kind>(transaction: WriteTransaction, { kind, metadata }: Resource<K>) {
  const rows = Object.entries(metadata.labels ?? {}).map(([label, value]) => ({
    kind,
    name: metadata.name,
    label,
    value,
  }));
  for (let start = 0; start < rows.length; start += LABELS_AN_INSERT) {
    await transaction
      .insertInto("resource_labels")
      .values(rows.slice(start, start + LABELS_AN_INSERT))
      .execute();
  }
}
