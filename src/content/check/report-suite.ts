import assert from "node:assert/strict";
import { test } from "node:test";
import { buildIndex } from "../../../test/image-builder.ts";
import type { Digest } from "../../oci/digest.ts";
import { parseTag } from "../../oci/reference.ts";
import { collect, DAY_MS, pushBlob, pushImage } from "../garbage.fixture.ts";
import {
  check,
  replaceBytes,
  V1,
  V2,
  withoutNotes,
  worldWithImage,
  type DamageableDatabase,
  type World,
} from "./check.fixture.ts";

/** What a report says of damage: which images are hit, and whether a repair would do something. */
export function testReport(opened: () => DamageableDatabase): void {
  test("what a lost image of an index is part of is named by the index's tag", async () => {
    const { world, digest } = await worldWithImage(opened());
    const index = buildIndex([{ image: world.image }]);
    await pushImage(world.content, world.repository, { image: index, tags: [V2] });
    await world.content.tags.delete(world.repository, V1, { deletedBy: "alice" });
    await world.storage.delete(digest);
    assert.deepEqual((await check(world)).pushAgain, ["org1/app:v2"]);
    await world.close();
  });

  for (const [what, lose] of [
    ["damaged", (world: World, digest: Digest) => replaceBytes(world.storage, digest, Buffer.from("worn"))],
    ["missing", (world: World, digest: Digest) => world.storage.delete(digest)],
  ] as const) {
    test(`a ${what} blob that no manifest names is said to be needed by nothing, and goes with a collection`, async () => {
      const { world } = await worldWithImage(opened());
      const digest = await pushBlob(world.content, world.repository, Buffer.from("lone"));
      await lose(world, digest);
      const { findings, pushAgain, repairable } = await check(world);
      assert.match(findings[0]?.remedy ?? "", /no manifest names it.*garbage collection removes it$/);
      assert.deepEqual([findings[0]?.where, pushAgain, repairable], [[], [], 1]);
      await check(world, { repair: true });
      assert.equal((await check(world)).repairable, 0);
      world.advance(2 * DAY_MS);
      await collect(world.content);
      assert.deepEqual(withoutNotes(await check(world)), {});
      await world.close();
    });
  }

  test("what a repair has done all it can for is not said to be repairable", async () => {
    const { world, digest } = await worldWithImage(opened());
    await world.storage.delete(digest);
    const counted = async (options = {}) => {
      const { problems, repairable } = await check(world, options);
      return { problems, repairable };
    };
    assert.deepEqual(await counted(), { problems: 1, repairable: 1 });
    assert.deepEqual(await counted({ repair: true }), { problems: 1, repairable: 0 });
    assert.deepEqual(await counted(), { problems: 1, repairable: 0 });
    await world.close();
  });

  test("a list of images that is cut says how many more there are, or that there are more", async () => {
    const { world, digest } = await worldWithImage(opened());
    const tagged = async (count: number) => {
      const tags = Array.from({ length: count }, (_, number) => parseTag(`t${number}`));
      await pushImage(world.content, world.repository, { image: world.image, tags });
    };
    const cutOf = async () => {
      const { findings, pushAgain, pushAgainMore } = await check(world);
      const [{ where = [], more } = {}] = findings;
      return { shown: where.length, more, pushAgain: pushAgain.length, pushAgainMore };
    };
    await tagged(4);
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    const all = { shown: 5, more: undefined, pushAgain: 5, pushAgainMore: false };
    assert.deepEqual(await cutOf(), all);
    await tagged(19);
    assert.deepEqual(await cutOf(), { ...all, more: 15, pushAgain: 20 });
    await tagged(20);
    assert.deepEqual(await cutOf(), { ...all, more: "unknown", pushAgain: 20, pushAgainMore: true });
    await world.close();
  });
}
