import type { EventRecorder } from "../events/recorder.ts";
import { organizationOf, parseImageName, parseTag, type ImageName } from "../oci/reference.ts";
import type { Clock } from "../reconcile/clock.ts";
import type { Reconcile } from "../reconcile/controller.ts";
import { NotFoundError } from "../resource-store/errors.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { toKubernetesTime } from "../resources/conditions.ts";
import type { ImageData } from "../resources/data-pack.ts";
import { DEFAULT_EXPIRE_TIME, MAX_EXPIRE_MS, parseExpireTime } from "../resources/expire-time.ts";
import type { DataPack, Status } from "../resources/kinds.ts";
import { imageResourceName, repositoryResourceName } from "../resources/names.ts";
import { imageData, type ShownImage } from "./data-pack-data.ts";
import { writeStatus } from "./derived.ts";
import { observed, type Finding } from "./findings.ts";

/** What etcd takes of one object, so that a DataPack means the same wherever resources live. */
const MAX_DATA_BYTES = 1024 * 1024;

export interface DataPackParts {
  store: ResourceStore;
  recorder: EventRecorder;
  clock: Clock;
}

/**
 * Reconciles a DataPack, by its name: it shows what anonymous may read of the images that it names, until it expires.
 */
export function createDataPackReconciler(parts: DataPackParts): Reconcile {
  const { store, clock } = parts;
  return async (name) => {
    const pack = await findResource(store, "DataPack", name);
    if (!pack) return undefined;
    const leftMs = expiresAt(pack) - clock.now();
    if (leftMs <= 0) {
      await deleteExpired(parts, pack);
      return undefined;
    }
    await writeStatus(parts, { ...pack, status: await statusOf(pack, parts) }, pack);
    return { requeueAfterMs: leftMs };
  };
}

function expiresAt({ metadata, spec }: DataPack): number {
  const lifeMs = parseExpireTime(spec.expireTime ?? DEFAULT_EXPIRE_TIME) ?? MAX_EXPIRE_MS;
  return Date.parse(metadata.creationTimestamp ?? "") + lifeMs;
}

async function deleteExpired({ store, recorder }: DataPackParts, pack: DataPack): Promise<void> {
  const { name, uid } = pack.metadata;
  try {
    await store.delete("DataPack", name, uid === undefined ? {} : { uid });
    recorder.record({
      about: pack,
      type: "Normal",
      reason: "Expired",
      message: "Deleted, since its time was over",
    });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

async function statusOf(pack: DataPack, { store, clock }: DataPackParts): Promise<Status<"DataPack">> {
  const data: Record<string, ImageData> = {};
  const missing: string[] = [];
  let sizeBytes = 0;
  for (const asked of pack.spec.names) {
    const shown = await findShown(store, asked);
    if (!shown) {
      missing.push(asked);
      continue;
    }
    data[asked] = imageData(shown, pack.spec.type);
    sizeBytes += Buffer.byteLength(JSON.stringify([asked, data[asked]]));
    if (sizeBytes > MAX_DATA_BYTES) break;
  }
  const isTooLarge = sizeBytes > MAX_DATA_BYTES;
  return {
    ...observed(pack, isTooLarge ? TOO_LARGE : [READY], clock),
    phase: isTooLarge ? "Failed" : "Ready",
    ...(isTooLarge ? {} : { data }),
    ...(missing.length > 0 && !isTooLarge && { missing }),
    expiresAt: toKubernetesTime(new Date(expiresAt(pack))),
  };
}

/** An image that anonymous may read; undefined also for one that is private. */
async function findShown(store: ResourceStore, asked: string): Promise<ShownImage | undefined> {
  const name = parseImageName(asked);
  const repository = await findResource(store, "Repository", repositoryResourceName(name.repository));
  // Its visibility is written out: see the repository controller.
  if (repository?.spec.visibility !== "public") return undefined;
  const found = await findImage(store, name);
  // One that has only words answers to no tag `latest`, and has a page all the same.
  const { latestTag } = repository.status ?? {};
  const isPageAsked = found === undefined && asked === name.repository && latestTag !== undefined;
  const shown = isPageAsked ? await findImage(store, { ...name, tag: parseTag(latestTag) }) : found;
  if (!shown) return undefined;
  const organization = await findResource(store, "Organization", organizationOf(name.repository));
  return { ...shown, repository, organization };
}

async function findImage(
  store: ResourceStore,
  name: ImageName,
): Promise<Pick<ShownImage, "name" | "image"> | undefined> {
  const image = await findResource(store, "Image", imageResourceName(name));
  return image && { name, image };
}

const READY: Finding = {
  type: "Ready",
  reason: "Complete",
  message: "Shows every public image that it names",
};

const WHY_TOO_LARGE = {
  reason: "TooLarge",
  message: `Its data has more than ${MAX_DATA_BYTES} bytes: ask for fewer names, or for type grid`,
};

const TOO_LARGE: Finding[] = [
  { type: "Ready", status: "False", ...WHY_TOO_LARGE },
  { type: "TooLarge", ...WHY_TOO_LARGE },
];
