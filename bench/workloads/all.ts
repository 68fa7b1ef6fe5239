import { getManifest } from "./get-manifest.ts";
import { getToken } from "./get-token.ts";
import { bigPushMemory, endMemory, idleMemory } from "./memory.ts";
import { pullOneBlob } from "./pull-blob.ts";
import { pushOneBlob } from "./push-blob.ts";
import { pushImages } from "./push-images.ts";
import { policyCheck } from "./policy-check.ts";
import { putTag } from "./put-tag.ts";
import { visiblePage } from "./visible-page.ts";
import { catalogPage, catalogPageOfMember } from "./catalog-page.ts";
import { pullWhileCollecting } from "./pull-while-collecting.ts";
import { startTime } from "./start-time.ts";
import { tagsPage } from "./tags-page.ts";
import { createImages } from "./create-image.ts";
import { getImage } from "./get-image.ts";
import { listImages } from "./list-images.ts";
import { pushCost } from "./push-cost.ts";
import { watchLag, watchMemory } from "./watch-images.ts";
import type { Workload } from "./workload.ts";

/** In the order in which they run. */
export const WORKLOADS: Workload[] = [
  idleMemory,
  pushImages,
  pushOneBlob,
  pullOneBlob,
  getManifest,
  getToken,
  policyCheck,
  putTag,
  visiblePage,
  endMemory,
  bigPushMemory,
  startTime,
  tagsPage,
  catalogPage,
  catalogPageOfMember,
  pullWhileCollecting,
  pushCost,
  getImage,
  listImages,
  watchLag,
  watchMemory,
  createImages,
];
