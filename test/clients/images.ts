import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { digestOf } from "../../src/oci/digest.ts";
import type { HubProcess } from "../hub-process.ts";
import { buildImage, buildIndex, buildTar, type TestImage } from "../image-builder.ts";
import { pushImage } from "../registry-client.ts";

/** An image with a README, told apart by a text, that real clients can unpack. */
export async function readmeImage(text: string, config: Record<string, unknown> = {}): Promise<TestImage> {
  const files = { "etc/": "", "etc/app.conf": text, "README.md": `# ${text}\n` };
  const diffIds = [digestOf(await buildTar(files))];
  return buildImage({
    layers: [{ files }],
    config: { ...config, rootfs: { type: "layers", diff_ids: diffIds } },
  });
}

/** An index of two platforms. */
export async function readmeIndex(text: string): Promise<TestImage> {
  const entries = ["amd64", "arm64"].map(async (architecture) => ({
    image: await readmeImage(`${text} ${architecture}`, { architecture }),
    platform: { os: "linux", architecture },
  }));
  return buildIndex(await Promise.all(entries));
}

export interface ShownImage {
  spec: { name: string };
  status: {
    aliasOf?: string;
    detail: { docs?: string; description?: string; icon?: string; url?: string; keywords?: string[] };
  };
}

/** The hub shows what was pushed within a second. */
const PATIENCE_MS = 10_000;

/** What the hub shows of an image, as soon as it shows it. @throws after ten seconds */
export async function waitForImage(hub: HubProcess, name: string): Promise<ShownImage> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const [image] = await listImages(hub, { fieldSelector: `spec.name=${name}`, signal });
    if (image) return image;
  }
}

/**
 * Fails unless the hub comes to show these images and no others, `latest` with what it stands for behind an arrow.
 * What was pushed before is handled about when an image that is pushed now is shown, so twice the same is the end.
 */
export async function expectImages(hub: HubProcess, expected: string[]): Promise<void> {
  const wanted = expected.toSorted();
  const deadline = Date.now() + PATIENCE_MS;
  for (let round = 1, same = 0; same < 2; round += 1) {
    await pushImage(hub, await readmeImage("marker"), { repository: "the/marker", reference: `v${round}` });
    await waitForImage(hub, `the/marker:v${round}`);
    const shown = await shownNames(hub);
    same = isDeepStrictEqual(shown, wanted) ? same + 1 : 0;
    if (Date.now() > deadline) assert.deepEqual(shown, wanted);
  }
}

async function shownNames(hub: HubProcess): Promise<string[]> {
  const images = await listImages(hub);
  return images
    .map(({ spec, status }) => [spec.name, status.aliasOf].filter(Boolean).join(" → "))
    .filter((name) => !name.startsWith("the/marker:"))
    .toSorted();
}

async function listImages(
  { url }: HubProcess,
  { fieldSelector, signal }: { fieldSelector?: string; signal?: AbortSignal } = {},
): Promise<ShownImage[]> {
  const query = new URLSearchParams(fieldSelector === undefined ? {} : { fieldSelector });
  const path = `/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/images?${query}`;
  const response = await fetch(url + path, signal ? { signal } : {});
  const { items } = (await response.json()) as { items: ShownImage[] };
  return items;
}
