import assert from "node:assert/strict";
import type { Content } from "../../src/content/content.ts";
import { checkStored } from "../crash/checks/stored.ts";
import { checkUploads } from "../crash/checks/uploads.ts";
import { UnsureError } from "../crash/connection.ts";
import type { Operation } from "../crash/operations/all.ts";
import { deleteBlob, pushLooseBlob } from "../crash/operations/blobs.ts";
import {
  deleteManifest,
  deleteTag,
  moveTag,
  pushImage,
  pushIndex,
  pushReferrer,
} from "../crash/operations/manifests.ts";
import { browse } from "../crash/operations/others.ts";
import { cancelUpload, continueUpload, leaveUpload } from "../crash/operations/uploads.ts";
import type { Player } from "../crash/player.ts";
import { advanceClock } from "./clock.ts";
import type { Faults } from "./faults.ts";

/** Longer than what no tag reaches is kept. */
const LONG_MS = 32 * 24 * 60 * 60 * 1000;

/** Longer than a blob stays with whoever failed to remove it, on PostgreSQL: src/content/blob-removal.ts. */
const REMOVAL_MS = 11 * 60 * 1000;

/** Everything that a client may do, each at least once. */
const BEFORE: readonly Operation[] = [
  pushImage,
  pushIndex,
  pushReferrer,
  pushLooseBlob,
  leaveUpload,
  continueUpload,
  moveTag,
  deleteTag,
  leaveUpload,
  cancelUpload,
  deleteManifest,
  deleteBlob,
  leaveUpload,
];
const AFTER: readonly Operation[] = [pushImage, pushLooseBlob, browse];

/**
 * Plays everything once, a collection of garbage in between.
 * @param parts.failed aborts when the hub has to end
 * @returns how many requests were not answered as they should be, for a fault
 */
export async function playScript(
  player: Player,
  { content, ...parts }: { content: Content; faults: Faults; failed: AbortSignal },
): Promise<number> {
  let failures = await playAll(player, { operations: BEFORE, ...parts });
  advanceClock(LONG_MS);
  parts.faults.enter("collect");
  failures += await collect(content);
  advanceClock(REMOVAL_MS);
  return failures + (await playAll(player, { operations: AFTER, ...parts }));
}

async function playAll(
  player: Player,
  parts: { operations: readonly Operation[]; faults: Faults; failed: AbortSignal },
): Promise<number> {
  const { faults, failed } = parts;
  let failures = 0;
  for (const operation of parts.operations) {
    if (failed.aborted) break;
    faults.enter(operation.name);
    try {
      await operation(player);
    } catch (error) {
      if (!(error instanceof UnsureError)) throw error;
      failures += 1;
      if (failed.aborted) break;
      // A client that is unsure asks.
      faults.enter("ask");
      await checkStored(player, { all: false });
      await checkUploads(player, { mayBeEmptied: true });
    }
  }
  return failures;
}

/** A collection that a fault cut short is no worse than a shorter one. */
async function collect(content: Content): Promise<number> {
  try {
    const { complete, failures } = await content.garbage.collect();
    assert.ok(complete);
    return failures;
  } catch {
    return 1;
  }
}
