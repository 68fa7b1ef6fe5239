import assert from "node:assert/strict";
import { test } from "node:test";
import { buildImage } from "../../test/image-builder.ts";
import { createMemoryStorage } from "../blob-storage/memory.ts";
import type { Database } from "../database/database.ts";
import { DatabaseFullError } from "../database/errors.ts";
import type { Content } from "./content.ts";
import {
  type ContentParts,
  type NewRepository,
  pushImage,
  refuses,
  twoImages,
  V1,
  V2,
} from "./content.fixture.ts";
import { createContent } from "./create.ts";

/** How pulls are counted and shown. */
export function testPulls({ content, database }: ContentParts, newRepository: NewRepository): void {
  test("pulls of what a tag names are counted, others are not", async () => {
    const repository = await newRepository();
    const [image, untagged] = await twoImages();
    await pushImage(content, repository, { image, tags: [V1] });
    await pushImage(content, repository, { image: untagged, tags: [] });
    content.pulls.count(repository, image.digest);
    content.pulls.count(repository, image.digest);
    content.pulls.count(repository, untagged.digest);
    await content.pulls.flush();
    assert.equal((await content.repositories.find(repository))?.pulls, 2);
  });

  test("pulls are shown at once, later ones ten minutes after, also by the next process", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushImage(content, repository, { image, tags: [V1] });
    let minutes = 0;
    const open = () =>
      createContent({
        database,
        storage: createMemoryStorage(),
        now: () => Date.now() + minutes * 60_000,
      });
    const takeOurs = async ({ dirtyKeys }: Content) => {
      const taken = (await dirtyKeys.take(1000)).filter(({ key }) => key.startsWith(repository));
      await dirtyKeys.settle(taken);
      return taken.map(({ kind }) => kind);
    };
    await takeOurs(content);
    const first = open();
    first.pulls.count(repository, image.digest);
    await first.pulls.flush();
    assert.deepEqual(await takeOurs(first), ["repository"]);
    minutes = 3;
    first.pulls.count(repository, image.digest);
    await first.pulls.flush();
    assert.deepEqual(await takeOurs(first), []);
    minutes = 6;
    first.pulls.count(repository, image.digest);
    await first.close();

    const next = open();
    assert.deepEqual(await takeOurs(next), []);
    minutes = 11;
    assert.deepEqual(await takeOurs(next), ["repository"]);
    assert.equal((await next.repositories.find(repository))?.pulls, 3);
    await next.close();
  });

  test("a push to what waits for its pulls to be shown makes it due, and so does a clock that was wrong", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushImage(content, repository, { image, tags: [V1] });
    const isDue = async ({ dirtyKeys }: Content) =>
      (await dirtyKeys.take(1000)).some(({ kind, key }) => kind === "repository" && key === repository);
    const settle = async () => content.dirtyKeys.settle(await content.dirtyKeys.take(1000));
    const pull = async (now: () => number) => {
      const other = createContent({ database, storage: createMemoryStorage(), now });
      other.pulls.count(repository, image.digest);
      await other.close();
    };
    await settle();
    await pull(() => Date.now() + 5 * 60_000);
    assert.equal(await isDue(content), false);
    await pushImage(content, repository, { image, tags: [V2] });
    assert.equal(await isDue(content), true);
    await settle();
    await pull(() => Date.now() + 24 * 60 * 60_000);
    assert.equal(await isDue(content), true);
  });

  test("pulls that cannot be added are kept for the next time", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushImage(content, repository, { image, tags: [V1] });
    let full = true;
    const write: Database["write"] = (work, options) =>
      full ? Promise.reject(new DatabaseFullError()) : database.write(work, options);
    const failing = createContent({ database: { ...database, write }, storage: createMemoryStorage() });
    failing.pulls.count(repository, image.digest);
    await refuses("STORAGE_FULL", failing.pulls.flush());
    full = false;
    await failing.close();
    assert.equal((await content.repositories.find(repository))?.pulls, 1);
  });
}
