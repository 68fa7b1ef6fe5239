const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** How much of an image is read before it is given up; what is found until then counts. */
export interface InspectionLimits {
  /** Bytes of layers as stored, of one image. */
  compressedBytes: number;
  /** Bytes of layers unpacked, of one image. */
  unpackedBytes: number;
  /** Unpacked bytes that are always allowed, whatever the ratio. */
  freeUnpackedBytes: number;
  /** Entries in all layers of one image. */
  entries: number;
  /** Bytes of README that are read; the rest of a longer one is not shown anywhere. */
  readmeBytes: number;
  /** Time for one image, from when a worker takes it. */
  timeoutMs: number;
  /** Memory for a worker's objects, MiB; layers are not among them. */
  heapMib: number;
}

export const DEFAULT_LIMITS: InspectionLimits = {
  // The largest images in common use (machine learning) come to this; theirs has README on top, if at all.
  compressedBytes: 2 * GIB,
  // Eight times the compressed limit: file systems compress two to four times.
  unpackedBytes: 16 * GIB,
  // Disk images with holes compress a hundredfold and are small; a bomb beyond this is not worth the seconds.
  freeUnpackedBytes: 2 * GIB,
  // Ten times the files of a full desktop distribution; each costs some microseconds.
  entries: 2_000_000,
  // Sixteen times what a page shows; books are smaller.
  readmeBytes: 4 * MIB,
  // A full read of 2 GiB takes about half of it on a small machine.
  timeoutMs: 60_000,
  // README and config in a few copies, and a config of 4 MiB made to be large in memory.
  heapMib: 128,
};

/** Unpacked bytes for each compressed byte above the free ones: gzip packs text tenfold, a bomb a thousandfold. */
export const MAX_RATIO = 100;

/** The largest image config or chart config read, bytes: as manifests, since tools build both alike. */
export const MAX_CONFIG_BYTES = 4 * MIB;

/** The longest front matter, bytes: a page of YAML; an opening fence alone must not swallow a README. */
export const MAX_FRONT_MATTER_BYTES = 16 * 1024;

/** Links followed from README to its text; Linux allows 40, images need one or two. */
export const MAX_LINK_HOPS = 8;

/** Platforms listed of an index: as many as the Image's status holds. */
export const MAX_PLATFORMS = 100;
