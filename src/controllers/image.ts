import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { Content, TagRecord } from "../content/content.ts";
import type { EventRecorder } from "../events/recorder.ts";
import type { Inspection } from "../inspect/inspection.ts";
import type { Inspector } from "../inspect/inspector.ts";
import { formatImageName, organizationOf, parseImageName, type ImageName } from "../oci/reference.ts";
import type { Clock } from "../reconcile/clock.ts";
import type { Reconcile } from "../reconcile/controller.ts";
import { TerminalError } from "../reconcile/errors.ts";
import type { Logger } from "../reconcile/logger.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Image, Status } from "../resources/kinds.ts";
import { imageLabels } from "../resources/labels.ts";
import { imageResourceName } from "../resources/names.ts";
import { withWordsOfImage, type RestoringParts } from "./deleted-words.ts";
import { deleteAsRead, draftOfPush, hasDerivedLabels, writeDerived } from "./derived.ts";
import { metadataOnlyStatus, pushedImageStatus } from "./image-status.ts";
import { ensureOrganization } from "./ensure-organization.ts";
import { isMadeByPush } from "./made-by-push.ts";

/** When an inspection broke down, not for the image's fault: storage needs time, and an inspection may be long. */
const INSPECT_AGAIN_AFTER_MS = 30_000;

/** What controllers need of `inspect/`. */
export type ImageInspector = Pick<Inspector, "inspect">;

export interface ImageParts {
  content: Content;
  store: ResourceStore;
  inspector: ImageInspector;
  deletedWords: RestoringParts["deletedWords"];
  policies: OrganizationPolicies;
  recorder: EventRecorder;
  clock: Clock;
  logger: Logger;
}

/** Reconciles an image, by `org/repo:tag`: there is an Image where there is a tag, and its status shows what it names. */
export function createImageReconciler(parts: ImageParts): Reconcile {
  const { content, store } = parts;
  return async (key, signal) => {
    const name = parseKey(key);
    const tag = await content.tags.find(name.repository, name.tag);
    // Of an artifact there is never an Image.
    if (!tag || tag.isArtifact) return reconcileWithoutContent(parts, name);
    const { inspection, isFinal } = await inspect(parts, { name, tag, signal });
    await ensureOrganization(parts, organizationOf(name.repository), { owner: tag.pushedBy });
    const aliased = tag.aliasOf && (await findImage(store, { ...name, tag: tag.aliasOf }));
    const image = (await findImage(store, name)) ?? (await withWordsOfImage(parts, draftImage(name), tag));
    const status = pushedImageStatus(image, { tag, inspection, aliased: aliased?.spec }, parts.clock);
    await writeImage(parts, { image, name, status });
    return isFinal ? undefined : { requeueAfterMs: INSPECT_AGAIN_AFTER_MS };
  };
}

/** True when there is nothing to do since a user changed spec or labels last. */
export function isImageSettled(image: Image, name: ImageName): boolean {
  const { metadata, status } = image;
  return (
    status?.observedGeneration === metadata.generation && hasDerivedLabels(image, labelsOf(name, status))
  );
}

function parseKey(key: string): ImageName {
  try {
    return parseImageName(key);
  } catch (error) {
    throw new TerminalError(`Cannot reconcile image ${JSON.stringify(key)}: its name is not legal`, {
      cause: error,
    });
  }
}

/** An image is shown even when it cannot be inspected now: without its words, and with the reason. */
async function inspect(
  { inspector, logger }: ImageParts,
  { name, tag, signal }: { name: ImageName; tag: TagRecord; signal: AbortSignal },
): Promise<{ inspection: Inspection; isFinal: boolean }> {
  try {
    return { inspection: await inspector.inspect(name.repository, tag.digest, { signal }), isFinal: true };
  } catch (error) {
    signal.throwIfAborted();
    logger.warn({ err: error, image: formatImageName(name) }, "cannot inspect image, will be tried again");
    return { inspection: BROKEN_DOWN, isFinal: false };
  }
}

const BROKEN_DOWN: Inspection = {
  detail: {},
  platforms: [],
  sizeBytes: 0,
  unavailable: {
    reason: "InspectionFailed",
    message: "The image could not be read just now; it is read again soon",
  },
  warnings: [],
};

/** Deleting a tag deletes its Image; an Image of which nothing was ever pushed stays, as words alone. */
async function reconcileWithoutContent(parts: ImageParts, name: ImageName): Promise<undefined> {
  const { store, policies, clock } = parts;
  const image = await findImage(store, name);
  if (!image) return;
  if (hadContent(image)) {
    await deleteAsRead(parts, image, TAG_DELETED);
    return;
  }
  await ensureOrganization({ store, policies }, organizationOf(name.repository));
  await writeImage(parts, { image, name, status: metadataOnlyStatus(image, clock) });
}

const TAG_DELETED = { reason: "TagDeleted", message: "Deleted, since its tag was" };

function hadContent(image: Image): boolean {
  return image.status?.digest !== undefined || isMadeByPush(image);
}

async function findImage(store: ResourceStore, name: ImageName): Promise<Image | undefined> {
  return findResource(store, "Image", imageResourceName(name));
}

function draftImage(name: ImageName): Image {
  return draftOfPush("Image", imageResourceName(name), { name: formatImageName(name) });
}

async function writeImage(
  parts: ImageParts,
  { image, name, status }: { image: Image; name: ImageName; status: Status<"Image"> },
): Promise<void> {
  const record = await parts.content.repositories.find(name.repository);
  const visible = record ? { visibility: record.visibility } : {};
  await writeDerived(parts, image, { labels: labelsOf(name, status), status: { ...status, ...visible } });
}

function labelsOf(name: ImageName, status: Status<"Image"> | undefined): Record<string, string> {
  return imageLabels(name, status?.detail?.keywords ?? []);
}
