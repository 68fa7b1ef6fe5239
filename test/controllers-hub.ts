import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createAccounts } from "../src/auth/accounts.ts";
import { createOrganizationPolicies, type OrganizationPolicies } from "../src/auth/organization-policies.ts";
import { createMemoryStorage } from "../src/blob-storage/memory.ts";
import type { Content } from "../src/content/content.ts";
import { createContent } from "../src/content/create.ts";
import { openSqlite } from "../src/database/sqlite.ts";
import type { EventRecorder } from "../src/events/recorder.ts";
import { createRemoval } from "../src/hub/removal.ts";
import { wordsOf } from "../src/controllers/deleted-words.ts";
import { createDeletedWords } from "../src/resource-store/database/deleted-words.ts";
import { createMirror } from "../src/hub/mirror-specs.ts";
import { createRemoveContent } from "../src/hub/remove-content.ts";
import type { Inspection } from "../src/inspect/inspection.ts";
import { digestOf } from "../src/oci/digest.ts";
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from "../src/oci/media-types.ts";
import { parseImageName } from "../src/oci/reference.ts";
import type { Clock } from "../src/reconcile/clock.ts";
import { silentLogger } from "../src/reconcile/logger.ts";
import { openDatabaseResourceStore } from "../src/resource-store/database.ts";
import type { ResourceStore } from "../src/resource-store/port.ts";
import type { Detail } from "../src/resources/detail.ts";
import type { Image, Kind, Resource } from "../src/resources/kinds.ts";
import type { ImageInspector } from "../src/controllers/image.ts";
import { startControllers, type Controllers, type ControllersOptions } from "../src/controllers/start.ts";

/** What the controllers of a hub work on, on a real database, and the controllers: for tests. */
export interface TestHub extends AsyncDisposable {
  content: Content;
  store: ResourceStore;
  policies: OrganizationPolicies;
  recorder: EventRecorder;
  inspector: TestInspector;
  /** What happened, as `type reason kind name`. */
  happenings: string[];
  /** The controllers started last. */
  controllers: Controllers;
  /** Stops the controllers that run, and starts others. */
  restart(parts?: Partial<ControllersOptions>): Promise<void>;
  push(image: string, options?: PushOptions): Promise<void>;
  deleteTag(image: string): Promise<void>;
}

export interface PushOptions {
  by?: string;
  /** What an inspection finds; the manifest carries it, so it decides the digest. */
  detail?: Detail;
  /** Makes it an artifact. */
  artifactType?: string;
}

/** An inspector that finds what the manifest's annotation says. */
export interface TestInspector extends ImageInspector {
  /** Laid over each inspection. */
  overlay: Partial<Inspection>;
}

/** What was deleted can be restored for so long. */
const KEPT_MS = 1_000_000;
const DETAIL_ANNOTATION = "test.detail";
const PUSHED_FIRST_AT = Date.UTC(2026, 0, 1);

/** A hub with its controllers started. @param fill writes the database `hub.db` that it starts with */
export async function openTestHub(fill?: (folder: string) => Promise<void>): Promise<TestHub> {
  const folder = await mkdtemp(join(tmpdir(), "controllers-"));
  await fill?.(folder);
  const database = await openSqlite(join(folder, "hub.db"), { syncFile: async () => undefined });
  let nowMs = PUSHED_FIRST_AT;
  const content = createContent({
    database,
    storage: createMemoryStorage(),
    sparseManifests: "all",
    now: () => nowMs,
  });
  const now = () => nowMs;
  const deletedWords = createDeletedWords({ database, wordsOf, keepMs: KEPT_MS, now });
  const store = openDatabaseResourceStore({ database, mirrors: [createMirror(now), deletedWords.mirror] });
  const policies = createOrganizationPolicies({ database });
  const inspector = createTestInspector(content);
  const happenings: string[] = [];
  const recorder: EventRecorder = {
    record({ about: { kind, metadata }, type, reason }) {
      happenings.push(`${type} ${reason} ${kind} ${metadata.name}`);
    },
  };
  const removal = createRemoval({
    store,
    policies,
    accounts: createAccounts({ database }),
    removeContent: createRemoveContent({ tags: content.tags, store, policies }),
  });
  const parts = {
    content,
    store,
    deletedWords,
    policies,
    inspector,
    recorder,
    removal,
    logger: silentLogger,
    clock: fastClock,
  };

  const hub: TestHub = {
    ...parts,
    happenings,
    controllers: startControllers(parts),
    async restart(replaced) {
      await hub.controllers.stop();
      hub.controllers = startControllers({ ...parts, ...replaced });
    },
    async push(image, options = {}) {
      nowMs += 1000;
      await push(content, image, options);
    },
    async deleteTag(image) {
      const { repository, tag } = parseImageName(image);
      await content.tags.delete(repository, tag, { deletedBy: "alice" });
    },
    async [Symbol.asyncDispose]() {
      await hub.controllers.stop();
      await content.close();
      await store.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
  return hub;
}

/** Tries until an assertion holds: for what follows from a watch. */
export async function eventually(assertion: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(5);
    }
  }
}

/** An Image's conditions, as `type: reason`. */
export function findings({ status }: Image): string[] {
  return (status?.conditions ?? []).map(({ type, reason }) => `${type}: ${reason}`);
}

/** The keywords that a resource can be found by. */
export function keywordsOf({ metadata }: { metadata: Image["metadata"] }): string[] {
  return Object.keys(metadata.labels ?? {}).flatMap(
    (key) => key.split("keyword.imagehub.sealos.io/")[1] ?? [],
  );
}

/** What exists, as `Kind name`. */
export async function names(hub: TestHub): Promise<string[]> {
  return (await resources(hub)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

/** Everything that the controllers make. */
export async function resources({ store }: TestHub): Promise<Resource<Kind>[]> {
  const kinds = ["Image", "Organization", "Repository"] as const;
  return (await Promise.all(kinds.map(async (kind) => (await store.list(kind)).items))).flat();
}

/** Changes what a user says in an Image, as often as the controllers are faster. */
export async function editSpec(hub: TestHub, name: string, spec: Partial<Image["spec"]>): Promise<void> {
  const image = await hub.store.get("Image", name);
  const { resourceVersion: _, ...metadata } = image.metadata;
  await hub.store.update({ ...image, metadata, spec: { name: image.spec.name, ...spec } });
}

/** Waits a hundredth of what it is told to. */
const fastClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs / 100);
    return () => clearTimeout(timer);
  },
};

async function push(
  content: Content,
  image: string,
  { by = "alice", detail = {}, artifactType }: PushOptions,
): Promise<void> {
  const { repository, tag } = parseImageName(image);
  const organization = image.slice(0, image.indexOf("/"));
  const isNew = (await content.repositories.list({ limit: 1, organization })).length === 0;
  await content.repositories.ensure(repository, isNew ? { newOrganizationOwner: by } : {});
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    ...(artifactType && { artifactType }),
    config: { mediaType: OCI_CONFIG, digest: digestOf(Buffer.from("config")), size: 6 },
    layers: [{ mediaType: OCI_LAYER_GZIP, digest: digestOf(Buffer.from("layer")), size: 5 }],
    annotations: { [DETAIL_ANNOTATION]: JSON.stringify(detail) },
  };
  await content.manifests.put(repository, {
    tags: [tag],
    bytes: Buffer.from(JSON.stringify(manifest)),
    contentType: OCI_MANIFEST,
    pushedBy: by,
  });
}

function createTestInspector(content: Content): TestInspector {
  const inspector: TestInspector = {
    overlay: {},
    async inspect(repository, digest) {
      const manifest = await content.manifests.find(repository, { digest });
      const { annotations = {} } = JSON.parse(Buffer.from(manifest?.bytes ?? "{}").toString()) as {
        annotations?: Record<string, string>;
      };
      return {
        detail: JSON.parse(annotations[DETAIL_ANNOTATION] ?? "{}") as Detail,
        type: "application",
        platforms: [{ os: "linux", architecture: "amd64", digest, size: 11 }],
        sizeBytes: 11,
        createdAt: "2025-12-31T00:00:00Z",
        warnings: [],
        ...inspector.overlay,
      };
    },
  };
  return inspector;
}
