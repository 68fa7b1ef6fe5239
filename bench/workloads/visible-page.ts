import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { buildImage, buildTar } from "../../test/image-builder.ts";
import { basic, type Client, pushBlob, pushManifest, send } from "../load/client.ts";
import { connectToNew } from "../load/connections.ts";
import { blobOf } from "../load/content.ts";
import type { Target } from "../targets/target.ts";
import type { Workload } from "./workload.ts";

/** From the answer to the manifest's PUT until the README is in the Image and the search finds the repository. */
export const visiblePage: Workload = {
  name: "visible-page",
  title: "from push to page and search hit, 10 layers, 200 MB, README in the last",
  unit: "ms",
  better: "less",
  hubOnly: true,
  async measure(target) {
    const word = `word${randomBytes(6).toString("hex")}`;
    const client = await connectToNew(target, "page");
    const image = await buildImage({ layers: await layersWith(`# Bench\n\n${word} is found.\n`) });
    for (const bytes of image.blobs.values()) {
      await pushBlob(client, blobOf(bytes));
    }
    await pushManifest(client, "v1", { mediaType: image.mediaType, bytes: image.manifest });
    const started = performance.now();
    await Promise.all([
      untilShown(client, { target, path: imagePath(client.repository), word }),
      untilShown(client, { target, path: `/api/v1/search?q=${word}`, word: client.repository }),
    ]);
    client.agent.destroy();
    return performance.now() - started;
  },
};

/** Random bytes do not shrink, whatever the level. */
async function layersWith(readme: string): Promise<{ bytes: Uint8Array }[]> {
  const layers: { bytes: Uint8Array }[] = [];
  for (let layer = 1; layer <= LAYERS; layer++) {
    const files = { [`usr/lib/part-${layer}`]: randomBytes(LAYER_BYTES) };
    const tar = await buildTar(layer === LAYERS ? { ...files, "README.md": readme } : files);
    layers.push({ bytes: gzipSync(tar, { level: 1 }) });
  }
  return layers;
}

function imagePath(repository: string): string {
  const name = `${repository.replace("/", ".")}.v1`;
  return `/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/images/${name}`;
}

async function untilShown(
  client: Client,
  { target, path, word }: { target: Target; path: string; word: string },
): Promise<void> {
  const authorization = basic(target);
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const answer = await send({ ...client, authorization }, { path });
    if (answer.status === 200 && answer.body.includes(word)) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Cannot measure: ${path} did not show ${word} within ${PATIENCE_MS / 1000} s`);
}

const LAYERS = 10;
const LAYER_BYTES = 20_000_000;
const PATIENCE_MS = 30_000;
const POLL_MS = 10;
