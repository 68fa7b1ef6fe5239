import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf } from "../garbage.fixture.ts";
import { check, healByPush, V1, worldWithImage, type DamageableDatabase } from "./check.fixture.ts";

/** Manifests whose bytes are damaged or gone. */
export function testManifests(opened: () => DamageableDatabase): void {
  const damages = {
    "manifest-damaged": "update manifest_contents set content = substr(content, 2)",
    "manifest-missing": "delete from manifest_contents",
  };
  for (const [kind, statement] of Object.entries(damages)) {
    test(`${kind}: it is found, not there for clients, and healed by a push`, async () => {
      const { world } = await worldWithImage(opened());
      await opened().damage([statement]);
      const { counts, pushAgain } = await check(world, { repair: true });
      assert.deepEqual(counts, { [kind]: { found: 1, repaired: 0 } });
      assert.deepEqual(pushAgain, ["org1/app:v1"]);
      // Another hub has no copy in memory.
      assert.equal(await world.another().manifests.find(world.repository, { tag: V1 }), undefined);
      await healByPush(world);
      await world.close();
    });

    test(`${kind}: bytes that an import left in storage bring it back`, async () => {
      const { world } = await worldWithImage(opened());
      const { digest, manifest } = world.image;
      await world.storage.append("manifest", bodyOf(manifest), { offset: 0 });
      await world.storage.finish("manifest", digest);
      await opened().damage([statement]);
      assert.deepEqual((await check(world, { repair: true })).counts, { [kind]: { found: 1, repaired: 1 } });
      assert.deepEqual((await check(world)).counts, {});
      await world.close();
    });
  }

  test("a manifest without row and bytes is found by its tag, and healed by a push", async () => {
    const { world } = await worldWithImage(opened());
    await opened().damage(["delete from manifests", "delete from manifest_contents"]);
    const { counts, pushAgain } = await check(world, { repair: true });
    assert.deepEqual(counts, { "manifest-row-missing": { found: 1, repaired: 0 } });
    assert.deepEqual(pushAgain, ["org1/app:v1"]);
    await healByPush(world);
    await world.close();
  });
}
