import assert from "node:assert/strict";
import { test } from "node:test";
import { buildImage, buildIndex } from "../../../test/image-builder.ts";
import { digestOf } from "../../oci/digest.ts";
import { parseTag } from "../../oci/reference.ts";
import { collect, DAY_MS, openTestStore, pushBlob, pushImage } from "../garbage.fixture.ts";
import { check, someImage, V1, V2, worldWithImage, type DamageableDatabase } from "./check.fixture.ts";

/** What is whole, odd, or just going away: no damage. */
export function testNoDamage(opened: () => DamageableDatabase): void {
  test("what is whole is no finding: images, indexes without children, signatures, uploads, blobs alone", async () => {
    const { world } = await worldWithImage(opened());
    const sparse = buildIndex([{ image: await someImage("elsewhere") }]);
    const signature = await buildImage({
      layers: [{ bytes: Buffer.from("signature") }],
      manifest: {
        subject: {
          mediaType: world.image.mediaType,
          digest: world.image.digest,
          size: world.image.manifest.length,
        },
        artifactType: "application/signature",
      },
    });
    await pushImage(world.content, world.repository, { image: { ...sparse, children: [] }, tags: [V2] });
    await pushImage(world.content, world.repository, {
      image: signature,
      tags: [parseTag(`sha256-${world.image.digest.slice(7)}.sig`)],
    });
    await pushBlob(world.content, world.repository, Buffer.from("alone"));
    world.content.uploads.start(world.repository);
    const { counts, checked, bytes } = await check(world, { repair: true });
    assert.deepEqual(counts, {});
    assert.equal(checked.manifests, 3);
    assert.equal(checked.blobs, 4);
    assert.ok(bytes > 0);
    await world.close();
  });

  test("another size than a manifest gives is noted: of a manifest that came after its index, and of blobs", async () => {
    const { database } = opened();
    const world = await openTestStore(database, { sparseManifests: "all" });
    const repository = await world.newRepository();
    const child = await someImage("layer");
    const index = buildIndex([{ image: child, size: 7 }]);
    const layers = [{ mediaType: "text/plain", digest: digestOf(Buffer.from("late")), size: 9 }];
    const image = await buildImage({ manifest: { layers } });
    for (const one of [{ ...index, children: [] }, image])
      await pushImage(world.content, repository, { image: one, tags: [one === image ? V1 : V2] });
    assert.deepEqual((await check(world)).counts, {}, "nothing is there that has another size");
    await pushImage(world.content, repository, { image: child, tags: [] });
    await pushBlob(world.content, repository, Buffer.from("late"));
    const { counts, findings, problems, pushAgain } = await check(world, { repair: true });
    assert.deepEqual(counts, { "size-differs": { found: 2, repaired: 0 } });
    assert.deepEqual(
      new Map(
        findings.map(({ what, where, state, problem }) => [what, [state, where, problem.split(": ")[1]]]),
      ),
      new Map([
        [child.digest, ["note", ["org1/app:v2"], `7 bytes, expected ${child.manifest.length}`]],
        [layers[0]?.digest, ["note", ["org1/app:v1"], "9 bytes, expected 4"]],
      ]),
    );
    assert.deepEqual([problems, pushAgain], [0, []]);
    await world.close();
  });

  test("a blob that is collected before each look, and pushed again after it, is no finding", async () => {
    const { world } = await worldWithImage(opened());
    const alone = await pushBlob(world.content, world.repository, Buffer.from("alone"));
    let looks = 0;
    world.stat = async (asked) => {
      if (asked !== alone) return;
      looks += 1;
      world.advance(2 * DAY_MS);
      assert.equal((await collect(world.content)).blobs, 1);
    };
    world.statted = async (asked) => {
      if (asked === alone) await pushBlob(world.content, world.repository, Buffer.from("alone"));
    };
    assert.deepEqual((await check(world, { repair: true })).counts, {});
    assert.ok(looks > 0);
    await world.close();
  });

  test("an aborted check ends with the signal's reason", async () => {
    const { world } = await worldWithImage(opened());
    const reason = new Error("enough");
    await assert.rejects(check(world, { signal: AbortSignal.abort(reason) }), reason);
    await world.close();
  });
}
