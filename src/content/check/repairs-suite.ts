import assert from "node:assert/strict";
import { test } from "node:test";
import { collect, DAY_MS, pushBlob, pushImage } from "../garbage.fixture.ts";
import {
  check,
  healByPush,
  replaceBytes,
  V1,
  withoutNotes,
  worldWithImage,
  type DamageableDatabase,
} from "./check.fixture.ts";

/** What a repair does with damaged bytes: sets them aside, or leaves them where storage fails. */
export function testRepairs(opened: () => DamageableDatabase): void {
  test("damaged bytes set aside are noted by each check, until a collection removes them after a week", async () => {
    const { world, digest } = await worldWithImage(opened());
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    const repaired = await check(world, { repair: true });
    assert.deepEqual(repaired.counts, {
      "blob-damaged": { found: 1, repaired: 0 },
      "blob-set-aside": { found: 1, repaired: 0 },
    });
    await pushImage(world.content, world.repository, { image: world.image, tags: [V1] });
    const noted = await check(world);
    assert.deepEqual([noted.problems, noted.counts], [0, { "blob-set-aside": { found: 1, repaired: 0 } }]);
    assert.match(noted.findings[0]?.what ?? "", /^sha256-[0-9a-f]{64}-\d{8}T\d{9}Z$/);
    world.advance(6 * DAY_MS);
    assert.equal((await collect(world.content)).quarantined, 0);
    world.advance(2 * DAY_MS);
    assert.equal((await collect(world.content)).quarantined, 1);
    assert.deepEqual((await check(world)).counts, {});
    await world.close();
  });

  test("damaged bytes that cannot be set aside stay where they are", async () => {
    const { world, digest } = await worldWithImage(opened());
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    world.setAside = () => Promise.reject(new Error("no space left"));
    const { findings, problems } = await check(world, { repair: true });
    assert.equal(problems, 1);
    assert.match(findings[0]?.problem ?? "", /they cannot be set aside \(no space left\)/);
    assert.equal(await world.storage.stat(digest), 5);
    await world.close();
  });

  test("a blob that storage fails to read is damage that a repair leaves alone", async () => {
    const { world, digest } = await worldWithImage(opened());
    world.read = (asked) =>
      asked === digest ? Promise.reject(new Error("EIO: i/o error")) : Promise.resolve();
    const { findings, problems } = await check(world, { repair: true });
    assert.equal(problems, 1);
    assert.equal(findings[0]?.kind, "blob-unreadable");
    assert.match(findings[0]?.problem ?? "", /EIO: i\/o error/);
    world.read = () => Promise.resolve();
    assert.equal((await check(world)).problems, 0);
    await world.close();
  });

  test("an upload that took damaged bytes for its own is refused, and the next one heals", async () => {
    const { world, digest } = await worldWithImage(opened());
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    world.finished = () => check(world, { repair: true }).then(() => undefined);
    await assert.rejects(pushBlob(world.content, world.repository, Buffer.from("layer")), {
      code: "BLOB_UPLOAD_INVALID",
    });
    world.finished = () => Promise.resolve();
    await healByPush(world);
    await world.close();
  });

  for (const ending of ["collection", "repair", "push"] as const) {
    test(`a repair that storage refuses is said; the next ${ending} ends it`, async () => {
      const { world, digest } = await worldWithImage(opened());
      await replaceBytes(world.storage, digest, Buffer.from("layes"));
      world.deleted = () => Promise.reject(new Error("EIO: i/o error"));
      const { findings, problems } = await check(world, { repair: true });
      assert.equal(problems, 1);
      assert.match(findings[0]?.problem ?? "", /storage does not remove them \(EIO: i\/o error\)/);
      assert.equal(await world.content.blobs.stat(world.repository, digest), undefined);
      world.deleted = () => Promise.resolve();
      assert.equal((await check(world)).problems, 1, "the blob is known to be missing");
      world.advance(DAY_MS);
      const ends = {
        collection: () => collect(world.content),
        repair: () => check(world, { repair: true }),
        push: () => Promise.resolve(),
      };
      await ends[ending]();
      assert.deepEqual(withoutNotes(await check(world)), { "blob-missing": { found: 1, repaired: 0 } });
      await healByPush(world);
      await world.close();
    });
  }
}
