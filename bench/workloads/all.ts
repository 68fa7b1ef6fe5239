import { getManifest } from "./get-manifest.ts";
import { bigPushMemory, endMemory, idleMemory } from "./memory.ts";
import { pullOneBlob } from "./pull-blob.ts";
import { pushOneBlob } from "./push-blob.ts";
import { pushImages } from "./push-images.ts";
import { putTag } from "./put-tag.ts";
import { visiblePage } from "./visible-page.ts";
import type { Workload } from "./workload.ts";

/** In the order in which they run. */
export const WORKLOADS: Workload[] = [
  idleMemory,
  pushImages,
  pushOneBlob,
  pullOneBlob,
  getManifest,
  putTag,
  visiblePage,
  endMemory,
  bigPushMemory,
];
