import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { TestImage } from "../../test/image-builder.ts";
import type { Database } from "../database/database.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { OciError, type OciErrorCode } from "../oci/errors.ts";
import { parseTag, type RepositoryName } from "../oci/reference.ts";
import type { Content } from "./content.ts";
import {
  bodyOf,
  collect,
  DAY_MS,
  HOUR_MS,
  inventory,
  openTestStore,
  pushImage,
  type TestStore,
} from "./garbage.fixture.ts";
import {
  buildUniverse,
  pausingDatabase,
  pausingStorage,
  reachable,
  type Pause,
} from "./garbage-model.fixture.ts";

/** Histories of one database; `IMAGEHUB_TEST_HISTORIES` runs more, without a limit in time. */
const HISTORIES = Number(process.env["IMAGEHUB_TEST_HISTORIES"] ?? 50);
const LIMIT = process.env["IMAGEHUB_TEST_HISTORIES"] === undefined ? { interruptAfterTimeLimit: 8000 } : {};

const universe = await buildUniverse();
const NAMES = Object.keys(universe);
const TAGS = ["v1", "v2"].map(parseTag);

interface Step {
  act:
    | "push"
    | "untag"
    | "delete"
    | "undelete"
    | "delete blobs"
    | "pull"
    | "abandon"
    | "wait"
    | "collect"
    | "check";
  /** Which of two repositories. */
  at: 0 | 1;
  image: string;
  /** Which of two tags; 2 is none. */
  tag: 0 | 1 | 2;
  mount: boolean;
  hours: number;
}

const steps = fc.record<Step>({
  act: fc.oneof(
    { arbitrary: fc.constant("push" as const), weight: 5 },
    { arbitrary: fc.constant("collect" as const), weight: 4 },
    { arbitrary: fc.constantFrom("untag", "wait", "delete", "undelete", "check"), weight: 3 },
    { arbitrary: fc.constantFrom("delete blobs", "pull", "abandon"), weight: 1 },
  ),
  at: fc.constantFrom(0, 1),
  image: fc.constantFrom(...NAMES),
  tag: fc.constantFrom(0, 1, 2),
  mount: fc.boolean(),
  hours: fc.constantFrom(1, 13, 25, 31 * 24),
});

interface History {
  /** One after the other, and then time passes: so that there is garbage to begin with. */
  before: Step[];
  hours: number;
  /** Several clients at once, each of which does one thing after the other. */
  clients: Step[][];
  /** Whether all that can be restored is, in the end. */
  undelete: boolean;
}

const histories = fc.record<History>({
  before: fc.array(steps, { maxLength: 4 }),
  hours: fc.constantFrom(0, 25, 31 * 24),
  clients: fc.array(fc.array(steps, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 }),
  undelete: fc.boolean(),
});

/**
 * Random clients push, mount, untag, delete and collect at once, and come between each other's writes in random
 * order, while time passes in leaps. Afterwards all that tags reach is there and intact, and, when its grace is over,
 * nothing else.
 */
export function testHistories(name: string, open: () => Promise<Database>): void {
  test(`after any history on ${name} what is reachable is intact and the rest is gone`, async () => {
    const database = await open();
    const property = fc.asyncProperty(fc.scheduler(), histories, (scheduler, history) =>
      runHistory(database, scheduler, history),
    );
    await fc.assert(property, { numRuns: HISTORIES, ...LIMIT });
    await database.close();
  });
}

/** A store under a history, and what is known of its outcome. */
interface World extends TestStore {
  repositories: RepositoryName[];
  /** When each was pushed, by repository and image, as was acknowledged. */
  pushedAt: Map<string, number>;
  /** Manifests that may be missing: somebody deleted them, or a push that names them took too long. */
  mayMiss: Set<string>;
  /** Repositories whose pushes may fail, since somebody deletes blobs there. */
  mayFail: Set<number>;
  /** Lets time pass; a removal of a blob is quick, as `BlobRemoval` counts on. */
  wait(hours: number): Promise<void>;
}

async function runHistory(database: Database, scheduler: fc.Scheduler, history: History): Promise<void> {
  let pausing = false;
  const pause: Pause = async (where) => {
    if (pausing) await scheduler.schedule(Promise.resolve(), where);
  };
  const world = await createWorld(pausingDatabase(database, pause), pause);
  // One process alone has an SQLite database; a PostgreSQL is shared by two hubs.
  const hubs = database.kind === "sqlite" ? [world.content] : [world.content, world.another()];
  for (const step of history.before) await run(world, world.content, step);
  world.advance(history.hours * HOUR_MS);
  pausing = true;
  const clients = history.clients.map(async (client, number) => {
    for (const step of client) await run(world, hubs[number % hubs.length] ?? world.content, step);
  });
  await scheduler.waitFor(Promise.all(clients));
  pausing = false;
  for (const at of [0, 1] as const) await checkIntact(world, at);
  if (history.undelete) await checkRestorable(world);
  await checkCollected(world);
  await world.close();
}

async function createWorld(database: Database, pause: Pause): Promise<World> {
  let storage: ReturnType<typeof pausingStorage> | undefined;
  const store = await openTestStore(database, {
    wrap(inner) {
      storage = pausingStorage(inner, pause);
      return storage;
    },
  });
  return {
    ...store,
    repositories: [await store.newRepository(), await store.newRepository()],
    pushedAt: new Map(),
    mayMiss: new Set(),
    mayFail: new Set(),
    async wait(hours) {
      while (storage?.removing()) await pause("waiting");
      store.advance(hours * HOUR_MS);
    },
  };
}

async function run(world: World, content: Content, step: Step): Promise<void> {
  const repository = world.repositories[step.at];
  const image = universe[step.image];
  const tag = TAGS[step.tag] ?? TAGS[0];
  assert.ok(repository && image && tag);
  switch (step.act) {
    case "push":
      return push(world, content, { ...step, image, repository });
    case "untag":
      return void (await content.tags.delete(repository, tag, { deletedBy: "alice" }));
    case "delete":
      return remove(world, content, { ...step, repository });
    case "undelete":
      return undelete(content, repository);
    case "delete blobs":
      world.mayFail.add(step.at);
      for (const digest of image.blobs.keys())
        await content.blobs.delete(repository, digest).catch(unless("UNSUPPORTED"));
      return;
    case "pull":
      if (await content.manifests.find(repository, { digest: image.digest }))
        content.pulls.count(repository, image.digest);
      return content.pulls.flush();
    case "abandon":
      return abandon(content, repository);
    case "wait":
      return world.wait(step.hours);
    case "collect":
      return void (await collect(content));
    case "check":
      return checkNothingFound(content, { repair: step.mount });
  }
}

/** A push fails for no other reason than that it took half a day, or that somebody deleted what it counts on. */
async function push(
  world: World,
  content: Content,
  options: { at: 0 | 1; image: TestImage; tag: number; mount: boolean; repository: RepositoryName },
): Promise<void> {
  const { at, image, mount, repository } = options;
  const tag = TAGS[options.tag];
  const startedAt = world.now();
  const tookLong = () => world.now() - startedAt >= 12 * HOUR_MS;
  try {
    const from = world.repositories[1 - at];
    if (mount && from) {
      for (const digest of image.blobs.keys()) await content.blobs.mount(repository, digest, from);
    }
    await pushImage(content, repository, { image, tags: tag === undefined ? [] : [tag] });
    if (!tookLong()) world.pushedAt.set(`${at} ${image.digest}`, world.now());
  } catch (error) {
    const excused = tookLong() || world.mayFail.has(at);
    if (!excused || !(error instanceof OciError) || !EXPECTED.has(error.code)) throw error;
  } finally {
    if (tookLong()) {
      for (const digest of descendants(image)) world.mayMiss.add(`${at} ${digest}`);
    }
  }
}

const EXPECTED = new Set(["MANIFEST_BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN"]);

function descendants(image: TestImage): Digest[] {
  return image.children.flatMap((child) => [child.digest, ...descendants(child)]);
}

function unless(code: OciErrorCode): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof OciError && error.code === code)) throw error;
  };
}

/** An upload that is not ended, unless a day passes before its bytes come. */
async function abandon(content: Content, repository: RepositoryName): Promise<void> {
  const upload = content.uploads.start(repository);
  await content.uploads
    .append(repository, upload, { body: bodyOf(Buffer.from("abandoned")) })
    .catch(unless("BLOB_UPLOAD_UNKNOWN"));
}

/** Deletes an image, or the next one that is there: seldom is just that one there which chance names. */
async function remove(
  world: World,
  content: Content,
  { at, image, repository }: Pick<Step, "at" | "image"> & { repository: RepositoryName },
): Promise<void> {
  const start = NAMES.indexOf(image);
  for (const name of [...NAMES.slice(start), ...NAMES.slice(0, start)]) {
    const digest = universe[name]?.digest;
    if (digest === undefined || !(await content.manifests.find(repository, { digest }))) continue;
    world.mayMiss.add(`${at} ${digest}`);
    await content.manifests.delete(repository, digest, { deletedBy: "alice" });
    return;
  }
}

/** Restores what was deleted last; another may do so, or it may be collected, before. */
async function undelete(content: Content, repository: RepositoryName): Promise<void> {
  const [last] = await content.deletions.list({ repository, limit: 1 });
  if (last) await content.deletions.restore(last.id, { replace: true });
}

/** What was deleted in the last days can be restored, and is whole, though every blob's grace is over. */
async function checkRestorable(world: World): Promise<void> {
  const { content, repositories } = world;
  world.advance(25 * HOUR_MS);
  await collect(content);
  for (let [one] = await content.deletions.list({ limit: 1 }); one;) {
    const { id, repository, tag, digest } = one;
    const restored = await content.deletions.restore(id, { replace: true });
    assert.ok(restored?.manifests.includes(digest) || (tag !== undefined && restored?.tags.includes(tag)));
    const at = repository === repositories[0] ? 0 : 1;
    assert.ok(await content.manifests.find(repository, { digest }), `restored ${digest} is there`);
    await checkImage(world, { at, repository, digest });
    [one] = await content.deletions.list({ limit: 1 });
  }
}

/** What others have begun, and not ended, is no damage. */
async function checkNothingFound(content: Content, options: { repair: boolean }): Promise<void> {
  assert.deepEqual((await content.checker.check(options)).counts, {});
}

/** Tags and what was pushed lately lead to manifests that are there, with all that they name. */
async function checkIntact(world: World, at: 0 | 1): Promise<void> {
  const repository = world.repositories[at];
  assert.ok(repository);
  const pushed = [...world.pushedAt]
    .filter(([key, time]) => key.startsWith(`${at} `) && time > world.now() - 30 * DAY_MS)
    .map(([key]) => key)
    .filter((key) => !world.mayMiss.has(key))
    .map((key) => key.slice(2) as Digest);
  const tagged = await Promise.all(TAGS.map((tag) => world.content.tags.find(repository, tag)));
  const roots = [...pushed, ...tagged.flatMap((tag) => (tag ? [tag.digest] : []))];
  for (const digest of roots) await checkImage(world, { at, repository, digest });
}

async function checkImage(
  world: World,
  { at, repository, digest }: { at: 0 | 1; repository: RepositoryName; digest: Digest },
): Promise<void> {
  const image = Object.values(universe).find((one) => one.digest === digest);
  assert.ok(image, `a tag names ${digest}, which nobody pushed`);
  const found = await world.content.manifests.find(repository, { digest });
  if (!found && world.mayMiss.has(`${at} ${digest}`)) return;
  assert.deepEqual(found && Buffer.from(found.bytes), image.manifest, `manifest ${digest}`);
  for (const [blob, bytes] of image.blobs) {
    assert.equal(await world.content.blobs.stat(repository, blob), bytes.length, `blob ${blob}`);
    const read = await (await world.content.blobs.read(blob)).toArray();
    assert.equal(digestOf(Buffer.concat(read)), blob);
  }
  for (const child of image.children) await checkImage(world, { at, repository, digest: child.digest });
}

/** When every grace is over, one collection leaves what tags reach and nothing else. */
async function checkCollected(world: World): Promise<void> {
  world.advance(32 * DAY_MS);
  const expected = {
    manifests: [] as string[],
    links: [] as string[],
    contents: new Set<string>(),
    blobs: new Set<string>(),
  };
  for (const repository of world.repositories) {
    const { id, ...reached } = await reachedIn(world, repository);
    for (const digest of reached.manifests) expected.manifests.push(`${id} ${digest}`);
    for (const digest of reached.blobs) expected.links.push(`${id} ${digest}`);
    expected.contents = expected.contents.union(reached.manifests);
    expected.blobs = expected.blobs.union(reached.blobs);
  }
  await collect(world.content);
  const blobs = [...expected.blobs].toSorted();
  assert.deepEqual(await inventory(world), {
    manifests: expected.manifests.toSorted(),
    links: expected.links.toSorted(),
    contents: [...expected.contents].toSorted(),
    blobs,
    stored: blobs,
    uploads: [],
    storedUploads: [],
  });
  for (const at of [0, 1] as const) await checkIntact(world, at);
}

async function reachedIn({ database }: World, repository: RepositoryName) {
  const { id } = await database.read
    .selectFrom("repositories")
    .select("id")
    .where("name", "=", repository)
    .executeTakeFirstOrThrow();
  const [tags, manifests] = await Promise.all([
    database.read.selectFrom("tags").select("digest").where("repository_id", "=", id).execute(),
    database.read.selectFrom("manifests").select("digest").where("repository_id", "=", id).execute(),
  ]);
  return {
    id,
    ...reachable(Object.values(universe), { tagged: digestsIn(tags), stored: digestsIn(manifests) }),
  };
}

function digestsIn(rows: readonly { digest: string }[]): Set<Digest> {
  return new Set(rows.map((row) => row.digest as Digest));
}
