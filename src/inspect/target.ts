import type { Blobs, Manifests } from "../content/content.ts";
import { wrongSizesOf, type WrongSize } from "../content/wrong-sizes.ts";
import type { Digest } from "../oci/digest.ts";
import { blobsOf, parseManifest, requiredBlobsOf, type Descriptor, type Manifest } from "../oci/manifest.ts";
import { OciError } from "../oci/errors.ts";
import { isRealPlatform, type Platform } from "../oci/platform.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { PlatformStatus } from "../resources/image.ts";
import { UnavailableError } from "./errors.ts";
import type { Inspection } from "./inspection.ts";
import { MAX_PLATFORMS } from "./limits.ts";

/** What is inspected: one image, and what the index around it says. Plain data, to be sent to a worker. */
export interface InspectionTarget {
  /** Undefined when the index has no image that is stored; `unavailable` says so. */
  image?: TargetImage;
  unavailable?: NonNullable<Inspection["unavailable"]>;
  /** Of the index, of its entry and of the manifest, in that order where they differ. */
  annotations: Record<string, string>;
  /** Those that an index names and that are stored. */
  platforms: PlatformStatus[];
  /** What clients will find wrong. */
  warnings?: Inspection["warnings"];
}

export interface TargetImage {
  digest: Digest;
  manifest: Manifest;
  /** Blobs that its repository has not, though another may: what it names is not what it may show. */
  missing: Digest[];
  /** As the index says. */
  platform?: Platform;
}

/** Bytes to pull an image: config and layers, each once. */
export function pullSizeOf(manifest: Manifest): number {
  return requiredBlobsOf(manifest).reduce((sum, { size }) => sum + size, 0);
}

/** Where targets are loaded from. */
export interface TargetSource {
  manifests: Pick<Manifests, "find">;
  blobs: Pick<Blobs, "present">;
}

/**
 * Loads what a digest names; of an index linux/amd64, else the first real platform that is stored.
 * @throws UnavailableError when the manifest itself is not stored or not readable
 */
export async function loadTarget(
  { manifests, blobs }: TargetSource,
  repository: RepositoryName,
  digest: Digest,
): Promise<InspectionTarget> {
  const { image, wrongSizes, ...target } = await findTarget(manifests, repository, digest);
  if (!image) return { ...target, ...warningOf(wrongSizes) };
  const named = [...new Set(blobsOf(image.manifest).map((blob) => blob.digest))];
  const present = await blobs.present(repository, named);
  const ofImage = wrongSizesOf(image.manifest, { blobs: present, manifests: new Map() });
  return {
    ...target,
    ...warningOf([...wrongSizes, ...ofImage]),
    image: { ...image, missing: named.filter((blob) => !present.has(blob)) },
  };
}

/** A target of which it is not known yet what it misses. */
type FoundTarget = Omit<InspectionTarget, "image" | "warnings"> & {
  image?: Omit<TargetImage, "missing">;
  /** That the index gives. */
  wrongSizes: WrongSize[];
};

async function findTarget(
  manifests: Pick<Manifests, "find">,
  repository: RepositoryName,
  digest: Digest,
): Promise<FoundTarget> {
  const stored = await loadManifest(manifests, repository, digest);
  if (!stored)
    throw new UnavailableError("ContentMissing", `Cannot read manifest ${digest}: it is not stored`);
  const { manifest } = stored;
  if (manifest.kind !== "index") {
    return { image: { digest, manifest }, annotations: manifest.annotations, platforms: [], wrongSizes: [] };
  }
  const named: IndexEntry[] = [];
  for (const entry of manifest.manifests.filter(isImageEntry).slice(0, MAX_PLATFORMS)) {
    const child = await loadManifest(manifests, repository, entry.digest);
    if (child) named.push({ entry, ...child });
  }
  const images = named.filter((child) => child.manifest.kind === "image");
  const others = await sizesOfOthers(manifests, repository, manifest);
  const sizes = [...named, ...others].map(({ entry, sizeBytes }) => [entry.digest, sizeBytes] as const);
  return {
    ...targetOf(manifest, digest, images),
    platforms: images.flatMap(platformStatus),
    wrongSizes: wrongSizesOf(manifest, { blobs: new Map(), manifests: new Map(sizes) }),
  };
}

interface StoredManifest {
  manifest: Manifest;
  sizeBytes: number;
}

interface SizedEntry {
  entry: Descriptor;
  /** Of the manifest that is stored. */
  sizeBytes: number;
}

interface IndexEntry extends StoredManifest, SizedEntry {}

async function loadManifest(
  manifests: Pick<Manifests, "find">,
  repository: RepositoryName,
  digest: Digest,
): Promise<StoredManifest | undefined> {
  const record = await manifests.find(repository, { digest });
  if (!record) return undefined;
  const { bytes, mediaType, sizeBytes } = record;
  try {
    return { manifest: parseManifest(bytes, mediaType), sizeBytes };
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    // Pushes are checked; content adopted from another registry is as it is.
    throw new UnavailableError("InspectionFailed", error.message, { cause: error });
  }
}

/** Of what an index names beside images, such as attestations: of as many. */
async function sizesOfOthers(
  manifests: Pick<Manifests, "find">,
  repository: RepositoryName,
  index: Manifest,
): Promise<SizedEntry[]> {
  const sized: SizedEntry[] = [];
  for (const entry of index.manifests.filter((other) => !isImageEntry(other)).slice(0, MAX_PLATFORMS)) {
    const record = await manifests.find(repository, { digest: entry.digest });
    if (record) sized.push({ entry, sizeBytes: record.sizeBytes });
  }
  return sized;
}

/** An entry without platform may be an image all the same; its config knows. */
function isImageEntry({ platform }: Descriptor): boolean {
  return platform === undefined || (isRealPlatform(platform) && isShort(platform));
}

function targetOf(
  index: Manifest,
  digest: Digest,
  images: IndexEntry[],
): Omit<FoundTarget, "platforms" | "wrongSizes"> {
  const chosen = images.find(isLinuxAmd64) ?? images.find(({ entry }) => entry.platform) ?? images[0];
  if (!chosen) {
    const message = `Cannot read index ${digest}: none of the ${index.manifests.length} manifests it names is a stored image`;
    return { annotations: index.annotations, unavailable: { reason: "ContentMissing", message } };
  }
  const { entry, manifest } = chosen;
  return {
    image: { digest: entry.digest, manifest, ...(entry.platform && { platform: entry.platform }) },
    annotations: { ...manifest.annotations, ...entry.annotations, ...index.annotations },
  };
}

function isLinuxAmd64({ entry: { platform } }: IndexEntry): boolean {
  return platform?.os === "linux" && platform.architecture === "amd64";
}

function platformStatus({ entry, manifest }: IndexEntry): PlatformStatus[] {
  if (!entry.platform) return [];
  const { os, architecture, variant } = entry.platform;
  const size = pullSizeOf(manifest);
  return [{ os, architecture, ...(variant && { variant }), digest: entry.digest, size }];
}

/** Enough to see the mistake; the registry names all when such an index is pushed again. */
const MAX_NAMED = 5;

/** A push of such an image or index is refused, but where what it names comes later, or was imported. */
function warningOf(wrong: readonly WrongSize[]): Pick<InspectionTarget, "warnings"> {
  if (wrong.length === 0) return {};
  const sizes = wrong
    .slice(0, MAX_NAMED)
    .map(({ digest, size, expected }) => `${digest} ${size} bytes, expected ${expected}`);
  const more = wrong.length > MAX_NAMED ? `, and ${wrong.length - MAX_NAMED} more` : "";
  const message = `The image or its index gives ${sizes.join(", ")}${more}: clients refuse to pull it; build it again and push it`;
  return { warnings: [{ reason: "SizeDiffers", message }] };
}

/** No platform has names this long; they would be shown everywhere. */
const MAX_PLATFORM_NAME = 63;

function isShort({ os, architecture, variant = "" }: Platform): boolean {
  return [os, architecture, variant].every(({ length }) => length <= MAX_PLATFORM_NAME);
}
