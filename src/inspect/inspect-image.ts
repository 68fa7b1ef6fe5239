import { isArtifact } from "../oci/artifact.ts";
import { without, type BlobSource } from "./blob-source.ts";
import { UnavailableError } from "./errors.ts";
import { NO_FACTS, readFacts } from "./facts.ts";
import type { Inspection } from "./inspection.ts";
import { DEFAULT_LIMITS, type InspectionLimits } from "./limits.ts";
import { mergeInspection, type Findings } from "./merge.ts";
import { readReadme, type Readme } from "./readme.ts";
import type { InspectionTarget } from "./target.ts";

export interface InspectOptions {
  /** Default: DEFAULT_LIMITS; the time is the caller's to keep. */
  limits?: InspectionLimits;
  /** Called with what config and annotations say, before the layers are read. */
  onFacts?: (inspection: Inspection) => void;
}

/**
 * Reads an image; whatever its bytes are, the answer is an Inspection within the limits of a resource.
 * @throws StorageReadError when the storage fails, and nothing else
 */
export async function inspectImage(
  target: InspectionTarget,
  source: BlobSource,
  { limits = DEFAULT_LIMITS, onFacts }: InspectOptions = {},
): Promise<Inspection> {
  const config = target.image?.manifest.config;
  const facts = config ? await readFacts(config, ownBlobs(target, source)) : NO_FACTS;
  onFacts?.(mergeInspection(target, { facts }));
  try {
    return mergeInspection(target, { facts, readme: await readTargetReadme(target, source, limits) });
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return mergeInspection(target, { facts, unavailable: findingOf(error) });
  }
}

/**
 * The whole README, as far as it is read, of what a target names.
 * @throws UnavailableError, StorageReadError
 */
export async function readWholeReadme(
  target: InspectionTarget,
  source: BlobSource,
  limits: InspectionLimits = DEFAULT_LIMITS,
): Promise<string | undefined> {
  return (await readTargetReadme(target, source, limits))?.text;
}

/** An error as an Inspection tells it. */
export function findingOf({ reason, message }: UnavailableError): NonNullable<Findings["unavailable"]> {
  return { reason, message };
}

async function readTargetReadme(
  target: InspectionTarget,
  source: BlobSource,
  limits: InspectionLimits,
): Promise<Readme | undefined> {
  const { image } = target;
  // The blobs of a signature or an SBOM are no file system.
  if (!image || isArtifact(image.manifest)) return undefined;
  return readReadme(image.manifest, ownBlobs(target, source), limits);
}

/** A storage has the blobs of all repositories, and a private one's are for nobody else's page. */
function ownBlobs({ image }: InspectionTarget, source: BlobSource): BlobSource {
  return without(source, image?.missing ?? []);
}
