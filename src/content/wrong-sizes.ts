import type { Digest } from "../oci/digest.ts";
import type { Descriptor, Manifest } from "../oci/manifest.ts";

/** A manifest gives something another size than it has: clients read no further, and refuse it. */
export interface WrongSize {
  digest: Digest;
  /** Bytes, as the manifest says. */
  size: number;
  /** Bytes that it has. */
  expected: number;
}

/** Sizes in bytes of what a repository has. */
export interface StoredSizes {
  blobs: ReadonlyMap<Digest, number>;
  manifests: ReadonlyMap<Digest, number>;
}

/** Compares what a manifest says of its content, each descriptor of it, with what is there. */
export function wrongSizesOf(manifest: Manifest, { blobs, manifests }: StoredSizes): WrongSize[] {
  const { config, layers } = manifest;
  return [
    ...wrongIn(config ? [config, ...layers] : layers, blobs),
    ...wrongIn(manifest.manifests, manifests),
  ];
}

function wrongIn(descriptors: readonly Descriptor[], stored: ReadonlyMap<Digest, number>): WrongSize[] {
  return descriptors.flatMap(({ digest, size }) => {
    const expected = stored.get(digest);
    return expected === undefined || expected === size ? [] : [{ digest, size, expected }];
  });
}

export function describeWrongSize({ digest, size, expected }: WrongSize): string {
  return `it says that ${digest} has ${size} bytes, expected ${expected}: clients refuse to pull it`;
}
