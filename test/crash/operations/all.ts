import type { Player } from "../player.ts";
import { deleteBlob, pushLooseBlob } from "./blobs.ts";
import { browse, collect } from "./others.ts";
import { deleteManifest, deleteTag, moveTag, pushImage, pushIndex, pushReferrer } from "./manifests.ts";
import { cancelUpload, continueUpload, leaveUpload } from "./uploads.ts";

/** @returns false when there was nothing to do it to, or somebody else works on that */
export type Operation = (player: Player) => Promise<boolean>;

/** What is done at random, each as often, relatively, as its number says. */
const WEIGHTS: [Operation, number][] = [
  [pushImage, 12],
  [moveTag, 6],
  [pushIndex, 3],
  [pushReferrer, 3],
  [pushLooseBlob, 3],
  [leaveUpload, 3],
  [continueUpload, 3],
  [cancelUpload, 1],
  [deleteTag, 4],
  [deleteManifest, 2],
  [deleteBlob, 2],
  [browse, 3],
  [collect, 2],
];

export const OPERATIONS: readonly Operation[] = WEIGHTS.flatMap(([operation, weight]) =>
  Array.from({ length: weight }, () => operation),
);
