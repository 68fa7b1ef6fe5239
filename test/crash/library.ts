import { digestOf } from "../../src/oci/digest.ts";
import { buildImage, buildIndex, type TestImage, type TestLayer } from "../image-builder.ts";
import type { Random } from "./random.ts";

/** Every image and blob that was ever made for a history: what the hub has is compared with this. */
export interface Library {
  images: Map<string, WrittenImage>;
  blobs: Map<string, Uint8Array>;
  /** An image with a README, and layers that are new or in other images as well. */
  image(random: Random, options?: { subject?: TestImage }): Promise<WrittenImage>;
  index(children: readonly WrittenImage[]): WrittenImage;
  blob(bytes: Buffer): string;
  /** When nothing more is pushed: names are enough to tell what is right. */
  forgetBytes(): void;
}

export interface WrittenImage extends TestImage {
  /** A word that its README alone has. */
  word: string | undefined;
  subject: string | undefined;
}

/** Most layers are small, so that many are pushed before the kill; a few take long enough to be met in the middle. */
const SMALL_BYTES = 60_000;
const LARGE_BYTES = 6 * 1024 * 1024;
const LARGE_SHARE = 0.08;
const NO_BYTES = new Uint8Array();
/** Layers that many images share. */
const SHARED_LAYERS = 12;

/** @param name makes its words other than those of other libraries */
export function createLibrary(name = ""): Library {
  const images = new Map<string, WrittenImage>();
  const blobs = new Map<string, Uint8Array>();
  const shared: TestLayer[] = [];
  let words = 0;

  function add(image: TestImage, more: Pick<WrittenImage, "word" | "subject">): WrittenImage {
    const known = images.get(image.digest);
    if (known) return known;
    for (const [digest, bytes] of image.blobs) blobs.set(digest, bytes);
    const written = { ...image, ...more };
    images.set(image.digest, written);
    return written;
  }

  function layer(random: Random): TestLayer {
    const old = random.chance(0.5) ? shared[random.integer(0, SHARED_LAYERS - 1)] : undefined;
    if (old) return old;
    const made: TestLayer = { files: { data: random.bytes(layerSize(random)) }, compression: "none" };
    shared[random.integer(0, SHARED_LAYERS - 1)] = made;
    return made;
  }

  return {
    images,
    blobs,

    async image(random, { subject } = {}) {
      words += 1;
      const word = `word${name}n${words}x`;
      const readme = { files: { "README.md": `# ${word}\n\nAn image` } };
      const layers = [readme, ...Array.from({ length: random.integer(0, 2) }, () => layer(random))];
      const manifest = subject && {
        subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.manifest.length },
        artifactType: "application/vnd.test.signature",
      };
      const image = await buildImage({ layers, ...(manifest && { manifest }) });
      return add(image, { word, subject: subject?.digest });
    },

    index(children) {
      const entries = children.map((image, at) => ({
        image,
        platform: { os: "linux", architecture: at === 0 ? "amd64" : `other${at}` },
      }));
      return add(buildIndex(entries), { word: children[0]?.word, subject: undefined });
    },

    blob(bytes) {
      const digest = digestOf(bytes);
      blobs.set(digest, bytes);
      return digest;
    },

    forgetBytes() {
      blobs.clear();
      shared.length = 0;
      for (const image of images.values()) {
        for (const digest of image.blobs.keys()) image.blobs.set(digest, NO_BYTES);
      }
    },
  };
}

function layerSize(random: Random): number {
  return random.integer(1, random.chance(LARGE_SHARE) ? LARGE_BYTES : SMALL_BYTES);
}
