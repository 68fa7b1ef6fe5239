import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { createMemoryStorage } from "../../src/blob-storage/memory.ts";
import { isMadeByPush } from "../../src/controllers/made-by-push.ts";
import { imageKey, type Content } from "../../src/content/content.ts";
import { createContent } from "../../src/content/create.ts";
import { openSqlite } from "../../src/database/sqlite.ts";
import { openDatabaseResourceStore } from "../../src/resource-store/database.ts";
import type { ResourceStore } from "../../src/resource-store/port.ts";
import type { Kind, Resource, Spec } from "../../src/resources/kinds.ts";
import { isDerivedLabel, ORGANIZATION_LABEL, REPOSITORY_LABEL } from "../../src/resources/labels.ts";

const BLOBS = "storage/docker";

/** What controllers write. The status of a User is its account's. */
const DERIVED: readonly Kind[] = ["Organization", "Repository", "Image", "DataPack"];

/**
 * Copies the data of a hub that may be running, and takes everything from the copy that follows from the rest: status,
 * derived labels, and resources that are there for pushes alone.
 */
export async function copyWithoutDerived(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(join(from, BLOBS), join(to, BLOBS), { recursive: true });
  const source = new DatabaseSync(join(from, "hub.db"), { readOnly: true });
  await backup(source, join(to, "hub.db"));
  source.close();
  const database = await openSqlite(join(to, "hub.db"), { syncFile: async () => undefined });
  const store = openDatabaseResourceStore({ database });
  const content = createContent({ database, storage: createMemoryStorage(), sparseManifests: "all" });
  for (const kind of DERIVED) {
    for (const resource of (await store.list(kind, { limit: 10_000 })).items) await strip(store, resource);
  }
  await touchTags(content);
  await content.close();
  await store.close();
  await database.close();
}

async function strip(store: ResourceStore, resource: Resource<Kind>): Promise<void> {
  const { resourceVersion: _, labels = {}, ...metadata } = resource.metadata;
  const own = Object.entries(labels).filter(([key]) => !isDerived(resource.kind, key));
  const isLabelled = own.some(([key]) => !isDerivedLabel(key));
  if (!isLabelled && (await isForPushAlone(store, resource))) {
    await store.delete(resource.kind, metadata.name);
    return;
  }
  await store.update({ ...resource, metadata: { ...metadata, labels: Object.fromEntries(own) } });
  const { status: _status, ...withoutStatus } = resource;
  await store.updateStatus({ ...withoutStatus, metadata });
}

/** Who made a DataPack is nothing that follows from it; an Image is labelled by admission, and found by that. */
function isDerived(kind: Kind, label: string): boolean {
  if (kind === "Image") return isDerivedLabel(label) && !LABELS_OF_ADMISSION.has(label);
  return kind === "Repository" && isDerivedLabel(label);
}

const LABELS_OF_ADMISSION: ReadonlySet<string> = new Set([ORGANIZATION_LABEL, REPOSITORY_LABEL]);

/** True for what a push made and no user has said anything about. */
async function isForPushAlone(store: ResourceStore, resource: Resource<Kind>): Promise<boolean> {
  const { ownerReferences = [], finalizers = [] } = resource.metadata;
  const words = Object.keys(resource.spec).filter((field) => field !== "visibility");
  const isBare = words.join() === "name" && ownerReferences.length === 0 && finalizers.length === 0;
  return isMadeByPush(resource) && isBare && (await isAsItsOrganization(store, resource));
}

async function isAsItsOrganization(store: ResourceStore, { spec }: Resource<Kind>): Promise<boolean> {
  if (!("visibility" in spec)) return true;
  const { visibility, name = "" } = spec as Spec<"Repository">;
  const organization = await store.get("Organization", name.slice(0, name.indexOf("/")));
  return visibility === (organization.spec.defaultVisibility ?? "public");
}

/** Tags of one repository, and repositories: more than a history makes. */
const ALL = 1000;

async function touchTags({ repositories, tags, dirtyKeys }: Content): Promise<void> {
  for (const { name } of await repositories.list({ limit: ALL })) {
    const keys = (await tags.list(name, { limit: ALL })).map((tag) => imageKey({ repository: name, tag }));
    await dirtyKeys.touch([
      ...keys.map((key) => ({ kind: "image" as const, key })),
      { kind: "repository", key: name },
    ]);
  }
}
