import { blobSizes, manifestSizes } from "../manifest-links.ts";
import { wrongSizesOf } from "../wrong-sizes.ts";
import type { CheckRun } from "./check-run.ts";
import { imagesWithManifest, type ManifestKey } from "./images.ts";
import type { ManifestFacts } from "./manifest-facts.ts";

/**
 * Notes what a manifest gives another size than it has. A push is refused for it, unless what it names comes later;
 * what was imported is as it is.
 */
export async function checkSizes(
  run: CheckRun,
  key: ManifestKey,
  { manifest, blobs, children }: ManifestFacts,
): Promise<void> {
  const { read } = run.database;
  const wrong = wrongSizesOf(manifest, {
    blobs: await blobSizes(read, key.repositoryId, blobs),
    manifests: await manifestSizes(read, key.repositoryId, children),
  });
  if (wrong.length === 0) return;
  const where = await imagesWithManifest(read, key);
  for (const { digest, size, expected } of wrong)
    run.add({ kind: "size-differs", what: digest, where, detail: `${size} bytes, expected ${expected}` });
}
