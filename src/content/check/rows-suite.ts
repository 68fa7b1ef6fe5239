import assert from "node:assert/strict";
import { test } from "node:test";
import { buildIndex } from "../../../test/image-builder.ts";
import type { Database } from "../../database/database.ts";
import type { Digest } from "../../oci/digest.ts";
import { DAY_MS, pushBlob, pushImage } from "../garbage.fixture.ts";
import { check, healByPush, V2, worldWithImage, type DamageableDatabase } from "./check.fixture.ts";
import type { FindingKind } from "./finding-kinds.ts";

/** Rows that are gone, or say something else than what is stored. */
export function testRows(opened: () => DamageableDatabase): void {
  for (const { what, statements, kinds } of DAMAGES) {
    test(`${what} is found, and put right by a repair`, async () => {
      const { world, digest } = await worldWithImage(opened());
      const index = buildIndex([{ image: world.image }]);
      await pushImage(world.content, world.repository, { image: index });
      const whole = await rowsOf(world.database);
      await opened().damage(statements({ layer: digest, image: world.image.digest, index: index.digest }));
      assert.ok((await check(world)).problems > 0);
      const repaired = await check(world, { repair: true });
      assert.deepEqual(Object.keys(repaired.counts).toSorted(), kinds.toSorted());
      assert.equal(repaired.problems, 0);
      assert.deepEqual(await rowsOf(world.database), whole);
      assert.deepEqual((await check(world)).counts, {});
      await world.close();
    });
  }

  test("an older tag that is noted as the newest is found and put right", async () => {
    const { world } = await worldWithImage(opened());
    world.advance(DAY_MS);
    await pushImage(world.content, world.repository, { image: world.image, tags: [V2] });
    await opened().damage(["update repositories set newest_tag = 'v1'"]);
    assert.deepEqual((await check(world, { repair: true })).counts, {
      "newest-tag-wrong": { found: 1, repaired: 1 },
    });
    assert.equal((await world.content.repositories.find(world.repository))?.newestTag, V2);
    await world.close();
  });

  test("a manifest's blob that its repository never had is damage, and a repair does not give it one", async () => {
    const { world, digest } = await worldWithImage(opened());
    const other = await world.newRepository();
    await pushBlob(world.content, other, Buffer.from("layer"));
    await opened().damage([
      `delete from manifest_blobs where blob_digest = '${digest}'`,
      `delete from repository_blobs where digest = '${digest}' and repository_id = (select id from repositories where name = 'org1/app')`,
    ]);
    const { counts, pushAgain } = await check(world, { repair: true });
    assert.deepEqual(counts, {
      "content-missing": { found: 1, repaired: 0 },
      "references-wrong": { found: 1, repaired: 1 },
    });
    assert.deepEqual(pushAgain, ["org1/app:v1"]);
    await healByPush(world);
    await world.close();
  });

  test("content whose repository is gone is damage", async () => {
    const { world } = await worldWithImage(opened());
    await opened().damage(["delete from repositories"]);
    const { counts, problems } = await check(world, { repair: true });
    assert.equal(counts["repository-missing"]?.repaired, 0);
    assert.ok(problems > 0);
    await world.close();
  });
}

/** What is done to the rows of an image and its index, and what a check finds of it. */
const DAMAGES: Damage[] = [
  {
    what: "a blob's row with another size",
    statements: ({ layer }) => [`update blobs set size = 7 where digest = '${layer}'`],
    kinds: ["blob-size-wrong"],
  },
  {
    what: "a blob's row that is gone",
    statements: ({ layer }) => [`delete from blobs where digest = '${layer}'`],
    kinds: ["blob-row-missing", "blob-not-ready"],
  },
  {
    what: "a link that is gone",
    statements: ({ layer }) => [`delete from repository_blobs where digest = '${layer}'`],
    kinds: ["link-missing"],
  },
  {
    what: "a link that is gone with the blob's row",
    statements: ({ layer }) => [
      `delete from repository_blobs where digest = '${layer}'`,
      `delete from blobs where digest = '${layer}'`,
    ],
    kinds: ["link-missing", "blob-not-ready"],
  },
  {
    what: "a reference that is gone",
    statements: ({ layer }) => [`delete from manifest_blobs where blob_digest = '${layer}'`],
    kinds: ["references-wrong"],
  },
  {
    what: "a reference to what the manifest does not name",
    statements: ({ layer, index }) => [
      `insert into manifest_blobs select repository_id, '${index}', digest from repository_blobs where digest = '${layer}'`,
    ],
    kinds: ["references-wrong"],
  },
  {
    what: "a child that is gone",
    statements: () => ["delete from manifest_children"],
    kinds: ["references-wrong"],
  },
  {
    what: "a manifest's row that is gone",
    statements: ({ image }) => [`delete from manifests where digest = '${image}'`],
    kinds: ["manifest-row-missing"],
  },
  {
    what: "an index's row that is gone",
    statements: ({ index }) => [`delete from manifests where digest = '${index}'`],
    kinds: ["manifest-row-missing"],
  },
  {
    what: "a manifest's row that says nonsense",
    statements: ({ image }) => [`update manifests set subject = 'x', size = 1 where digest = '${image}'`],
    kinds: ["manifest-row-wrong"],
  },
  {
    what: "a tag that is taken for an artifact",
    statements: () => ["update tags set artifact = 1"],
    kinds: ["tag-wrong"],
  },
  {
    what: "a newest tag that is none",
    statements: () => ["update repositories set newest_tag = 'gone'"],
    kinds: ["newest-tag-wrong"],
  },
  {
    what: "a newest tag that is not noted",
    statements: () => ["update repositories set newest_tag = null"],
    kinds: ["newest-tag-wrong"],
  },
];

interface Damage {
  what: string;
  statements: (digests: Digests) => string[];
  kinds: FindingKind[];
}

interface Digests {
  layer: Digest;
  image: Digest;
  index: Digest;
}

/** All rows, without times and names that a repair cannot know. */
async function rowsOf({ read }: Database) {
  const [blobs, links, manifests, references, awaited, children, tags, repositories] = await Promise.all([
    read.selectFrom("blobs").select(["digest", "size", "state"]).orderBy("digest").execute(),
    read.selectFrom("repository_blobs").select(["repository_id", "digest"]).orderBy("digest").execute(),
    read
      .selectFrom("manifests")
      .select(["digest", "media_type", "size", "kind", "artifact_type", "subject", "annotations"])
      .orderBy("digest")
      .execute(),
    read.selectFrom("manifest_blobs").selectAll().orderBy("blob_digest").execute(),
    read.selectFrom("awaited_blobs").selectAll().execute(),
    read.selectFrom("manifest_children").selectAll().execute(),
    read.selectFrom("tags").selectAll().execute(),
    read.selectFrom("repositories").selectAll().execute(),
  ]);
  return { blobs, links, manifests, references, awaited, children, tags, repositories };
}
