import { createHash, randomBytes } from "node:crypto";
import { type Blob, sha256 } from "./client.ts";

/** An image of one layer, as the small pushes push it. */
export interface SmallImage {
  blobs: Blob[];
  manifest: { mediaType: string; bytes: Buffer };
}

/** Random bytes, so that nothing is stored already and no disk compresses them. */
export function smallImage(layerBytes: number): SmallImage {
  const layer = blobOf(randomBytes(layerBytes));
  const config = blobOf(
    Buffer.from(
      JSON.stringify({
        architecture: "amd64",
        os: "linux",
        rootfs: { type: "layers", diff_ids: [layer.digest] },
      }),
    ),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: config.digest, size: config.sizeBytes },
    layers: [{ mediaType: LAYER, digest: layer.digest, size: layer.sizeBytes }],
  };
  return {
    blobs: [layer, config],
    manifest: { mediaType: MANIFEST, bytes: Buffer.from(JSON.stringify(manifest)) },
  };
}

/** A blob too big to be held: one random MiB again and again, each time with another beginning. */
export function bigBlob(sizeMebibytes: number): Blob {
  const random = randomBytes(MEBIBYTE - 4);
  function* chunks(): Generator<Uint8Array> {
    for (let index = 0; index < sizeMebibytes; index++) {
      const number = Buffer.alloc(4);
      number.writeUInt32LE(index);
      yield number;
      yield random;
    }
  }
  const hash = createHash("sha256");
  for (const part of chunks()) {
    hash.update(part);
  }
  return { digest: `sha256:${hash.digest("hex")}`, sizeBytes: sizeMebibytes * MEBIBYTE, chunks };
}

export function blobOf(bytes: Uint8Array): Blob {
  return { digest: sha256(bytes), sizeBytes: bytes.length, chunks: () => [bytes] };
}

export const MEBIBYTE = 1024 * 1024;
export const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar";
