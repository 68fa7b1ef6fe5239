import assert from "node:assert/strict";
import { test } from "node:test";
import { createPieceBuffers, WHOLE_PIECE_BYTES } from "./s3-piece-buffers.ts";

const LIMIT = 6 * WHOLE_PIECE_BYTES;

test("buffers are used again, also when few large ones were there before many small ones", async () => {
  const buffers = createPieceBuffers({ limitBytes: LIMIT });
  const first = buffers.join();
  for (const large of [await buffers.take(0), await buffers.take(0)]) buffers.giveBack(large, true);
  const rest = [buffers.join(), buffers.join(), buffers.join()];
  const taken = await takeAll();
  const again = await takeAll();
  assert.ok(again.every((buffer) => taken.includes(buffer)));
  for (const leave of [first, ...rest]) leave();

  async function takeAll(): Promise<Buffer[]> {
    const all: Buffer[] = [];
    while (all.length * WHOLE_PIECE_BYTES < LIMIT) all.push(await buffers.take(0));
    for (const buffer of all) buffers.giveBack(buffer, true);
    return all;
  }
});

test("a buffer that somebody may still have is not used again", async () => {
  const buffers = createPieceBuffers({ limitBytes: LIMIT });
  const leaves = [buffers.join(), buffers.join(), buffers.join()];
  const lost = await buffers.take(0);
  buffers.giveBack(lost, false);
  assert.notEqual(await buffers.take(0), lost);
  for (const leave of leaves) leave();
});
