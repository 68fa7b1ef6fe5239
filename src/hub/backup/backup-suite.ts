import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buffer } from "node:stream/consumers";
import { buildImage, type TestImage } from "../../../test/image-builder.ts";
import { openBlobStorage } from "../../blob-storage/open.ts";
import type { Content } from "../../content/content.ts";
import { createContent } from "../../content/create.ts";
import { pushImage } from "../../content/garbage.fixture.ts";
import type { Place } from "../../database/dump/places.fixture.ts";
import { digestOf } from "../../oci/digest.ts";
import { parseRepositoryName, type RepositoryName, type Tag } from "../../oci/reference.ts";
import { restoreInto } from "../restore/restore.ts";
import { requireBackup } from "./backup-folder.ts";
import { BackupFolderError } from "./errors.ts";
import { makeBackup } from "./make-backup.ts";

const WRITERS = 4;
const TAGS = 15;
/** The second finds blobs of the first, and takes some away. */
const BACKUPS = 2;

/** A backup that is made while others push, move and delete. */
export function testBackupUnderLoad(
  name: string,
  places: { from: () => Promise<Place>; to: () => Promise<Place> },
): void {
  test(`a backup of a hub under load is one moment of it, whole: ${name}`, async () => {
    const root = await mkdtemp(join(tmpdir(), "imagehub-backup-"));
    after(() => rm(root, { recursive: true }));
    const hub = await openPlace(await places.from(), join(root, "storage"));
    const folder = join(root, "backup");
    const load = startLoad(hub.content);
    await load.grown;

    let before = new Map<string, Known>();
    for (let count = 0; count < BACKUPS; count += 1) {
      before = new Map(load.known);
      const report = await makeBackup(
        { database: hub.database, blobs: hub.blobs, program: "1.2.3" },
        { folder, verify: count === BACKUPS - 1 },
      );
      assert.deepEqual(report.blobs?.lost, { count: 0, named: [] });
    }
    await load.stop();
    await hub.close();

    const to = await places.to();
    const blobs = await openStorage(join(root, "restored"));
    const report = await restoreInto(
      { target: to.target(), blobs },
      { from: { folder }, verify: true },
      SILENT,
    );
    assert.deepEqual(report.lost, { count: 0, named: [] });
    await blobs.storage.close();

    const restored = await openPlace(to, join(root, "restored"));
    const found = await pullAll(restored.content);
    for (const [image, { digest, touchedAt }] of before) {
      // What nobody has touched since the backup began is as it was.
      if (load.known.get(image)?.touchedAt === touchedAt) assert.equal(found.get(image), digest, image);
    }
    assert.ok(found.size > 0);
    await restored.close();
  });
}

/** A backup that is ended in the middle of its blobs. */
export function testCutOffBackup(place: () => Promise<Place>): void {
  test("a backup that was ended is none, and the next one goes on where it was", async () => {
    const root = await mkdtemp(join(tmpdir(), "imagehub-backup-"));
    after(() => rm(root, { recursive: true }));
    const hub = await openPlace(await place(), join(root, "storage"));
    for (let count = 0; count < 20; count += 1) {
      await push(hub.content, parseRepositoryName("org/app"), `v${count}` as Tag);
    }
    const folder = join(root, "backup");
    const context = { database: hub.database, blobs: hub.blobs, program: "1.2.3" };
    const ending = new AbortController();
    const ended = makeBackup(
      {
        ...context,
        signal: ending.signal,
        onProgress: ({ phase, done }) => phase === "blobs" && done === 5 && ending.abort(),
      },
      { folder },
    );
    await assert.rejects(ended, { name: "AbortError" });
    await assert.rejects(requireBackup(folder), BackupFolderError);
    const { blobs } = await makeBackup(context, { folder });
    // A layer each, and one configuration.
    assert.equal(blobs?.count, 21);
    assert.ok(blobs.added > 0 && blobs.added <= 16, `${blobs.added}`);
    assert.ok(await requireBackup(folder));
    await hub.close();
  });
}

export const SILENT = {
  confirm: () => Promise.resolve(false),
  warn: () => undefined,
  onProgress: () => undefined,
};

export async function openPlace(place: Place, storagePath: string) {
  const database = await place.open();
  const blobs = await openStorage(storagePath);
  const content = createContent({ database, storage: blobs.storage });
  return {
    database,
    blobs,
    content,
    async close() {
      await content.close();
      await database.close();
      await blobs.storage.close();
    },
  };
}

export async function openStorage(path: string) {
  const url = `file:${path}`;
  return { url, storage: await openBlobStorage(url) };
}

/** What a writer knows of a tag: undefined when it is deleted. */
interface Known {
  digest: string | undefined;
  touchedAt: number;
}

/** Writers with a repository each, whose every acknowledged change is known. */
function startLoad(content: Content) {
  const known = new Map<string, Known>();
  const grown = Promise.withResolvers<void>();
  const stopping = new AbortController();
  let touches = 0;

  async function writeOn(writer: number): Promise<void> {
    const repository = parseRepositoryName(`org${writer}/app`);
    while (!stopping.signal.aborted) {
      const tag = `v${randomInt(TAGS)}` as Tag;
      await touch(`${repository}:${tag}`, () =>
        randomInt(4) === 0 ? remove(content, repository, tag) : push(content, repository, tag),
      );
    }
  }

  /** A change that is under way counts as one that may have been made. */
  async function touch(image: string, change: () => Promise<string | undefined>): Promise<void> {
    known.set(image, { digest: known.get(image)?.digest, touchedAt: ++touches });
    const digest = await change();
    known.set(image, { digest, touchedAt: ++touches });
    if (known.size >= 2 * WRITERS) grown.resolve();
  }

  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => writeOn(writer)));
  return {
    known,
    grown: Promise.race([grown.promise, writing]),
    async stop() {
      stopping.abort();
      await writing;
    },
  };
}

export async function push(content: Content, repository: RepositoryName, tag: Tag): Promise<string> {
  const image: TestImage = await buildImage({ layers: [{ bytes: randomBytes(randomInt(1, 5000)) }] });
  await content.repositories.ensure(repository, { newOrganizationOwner: "alice" });
  await pushImage(content, repository, { image, tags: [tag] });
  return image.digest;
}

async function remove(content: Content, repository: RepositoryName, tag: Tag): Promise<undefined> {
  const found = await content.tags.find(repository, tag);
  if (found && found.aliasOf === undefined) {
    await content.tags.delete(repository, tag, { deletedBy: "alice" });
    if (randomInt(2) === 0) await content.manifests.delete(repository, found.digest, { deletedBy: "alice" });
  }
}

/** Pulls every image, byte for byte. @returns digests by name */
async function pullAll(content: Content): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const { name } of await content.repositories.list({ limit: 100 })) {
    for (const tag of await content.tags.list(name, { limit: 10_000 })) {
      const found = await content.tags.find(name, tag);
      assert.ok(found, `${name}:${tag}`);
      await pull(content, name, found.digest);
      digests.set(`${name}:${tag}`, found.digest);
    }
  }
  return digests;
}

async function pull(
  content: Content,
  repository: RepositoryName,
  digest: TestImage["digest"],
): Promise<void> {
  const manifest = await content.manifests.find(repository, { digest });
  assert.equal(digestOf(manifest?.bytes ?? Buffer.alloc(0)), digest);
  const { config, layers } = JSON.parse(String(Buffer.from(manifest?.bytes ?? []))) as {
    config: { digest: TestImage["digest"] };
    layers: { digest: TestImage["digest"] }[];
  };
  for (const blob of [config, ...layers]) {
    assert.notEqual(await content.blobs.stat(repository, blob.digest), undefined);
    assert.equal(digestOf(await buffer(await content.blobs.read(blob.digest))), blob.digest);
  }
}
