import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { digestOf } from "../../oci/digest.ts";
import { bodyOf, collect, DAY_MS, pushImage } from "../garbage.fixture.ts";
import {
  check,
  healByPush,
  replaceBytes,
  V2,
  withoutNotes,
  worldWithImage,
  type DamageableDatabase,
  type World,
} from "./check.fixture.ts";

/** Bytes that are damaged, missing or unknown: how a check finds them, and what brings a blob back. */
export function testBytes(opened: () => DamageableDatabase): void {
  for (const [what, bytes] of [
    ["whose byte was flipped", Buffer.from("layes")],
    ["that was cut", Buffer.from("lay")],
    ["that is empty", Buffer.alloc(0)],
  ] as const) {
    test(`a blob ${what} is found, taken away by a repair, and healed by a push`, async () => {
      const { world, digest } = await worldWithImage(opened());
      await replaceBytes(world.storage, digest, bytes);
      const found = await check(world);
      assert.deepEqual(found.counts, { "blob-damaged": { found: 1, repaired: 0 } });
      assert.deepEqual(found.findings[0]?.what, digest);
      assert.deepEqual(found.pushAgain, ["org1/app:v1"]);
      assert.equal(await world.storage.stat(digest), bytes.length, "a check alone changes nothing");
      assert.equal((await check(world, { repair: true })).problems, 1);
      assert.equal(await world.storage.stat(digest), undefined);
      assert.deepEqual(await bytesAside(world), [bytes]);
      await healByPush(world);
      await world.close();
    });
  }

  test("a blob without bytes is found, is known to no client after a repair, and healed by a push", async () => {
    const { world, digest } = await worldWithImage(opened());
    await world.storage.delete(digest);
    assert.deepEqual((await check(world, { quick: true })).counts, {
      "blob-missing": { found: 1, repaired: 0 },
    });
    assert.equal(await world.content.blobs.stat(world.repository, digest), 5);
    assert.deepEqual((await check(world, { repair: true })).pushAgain, ["org1/app:v1"]);
    assert.equal(await world.content.blobs.stat(world.repository, digest), undefined);
    world.advance(2 * DAY_MS);
    await collect(world.content);
    assert.equal((await check(world)).problems, 1, "it is still missing");
    await healByPush(world);
    await world.close();
  });

  test("one push heals a blob for every repository that has it", async () => {
    const { world, digest } = await worldWithImage(opened());
    const other = await world.newRepository();
    await pushImage(world.content, other, { image: world.image, tags: [V2] });
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    const { pushAgain } = await check(world, { repair: true });
    assert.deepEqual(pushAgain.toSorted(), ["org1/app:v1", "org2/app:v2"]);
    await pushImage(world.content, other, { image: world.image, tags: [V2] });
    assert.deepEqual(withoutNotes(await check(world)), {});
    assert.equal(await world.content.blobs.stat(world.repository, digest), 5);
    await world.close();
  });

  test("a quick check compares sizes alone", async () => {
    const { world, digest } = await worldWithImage(opened());
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    assert.equal((await check(world, { quick: true })).problems, 0);
    await replaceBytes(world.storage, digest, Buffer.from("lay"));
    assert.equal((await check(world, { quick: true })).problems, 1);
    await world.close();
  });

  test("bytes that the database does not know are noted, and are no damage", async () => {
    const { world } = await worldWithImage(opened());
    const stray = Buffer.from("stray");
    await world.storage.append("stray", bodyOf(stray), { offset: 0 });
    await world.storage.finish("stray", digestOf(stray));
    const { findings, problems } = await check(world);
    assert.deepEqual(
      findings.map(({ kind, what, state }) => [kind, what, state]),
      [["bytes-without-row", digestOf(stray), "note"]],
    );
    assert.equal(problems, 0);
    await world.close();
  });
}

/** What is in the storage's quarantine. */
async function bytesAside({ storage: { quarantine } }: World): Promise<Buffer[]> {
  return Array.fromAsync(quarantine.list(), async ({ name }) => buffer(await quarantine.read(name)));
}
