import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { createLayout } from "../../blob-storage/layout.ts";
import type { RestoreTarget } from "../../database/dump/restore-target.ts";
import { databasePlaces, type Place } from "../../database/dump/places.fixture.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { parseRepositoryName, type Tag } from "../../oci/reference.ts";
import { restoreInto } from "../restore/restore.ts";
import type { BackupOptions } from "./backup.ts";
import { openPlace, openStorage, push, SILENT } from "./backup-suite.ts";
import { makeBackup } from "./make-backup.ts";

const root = await mkdtemp(join(tmpdir(), "imagehub-only-copies-"));
after(() => rm(root, { recursive: true }));
const newPlace = databasePlaces(root)["SQLite"] as () => Promise<Place>;

const APP = parseRepositoryName("org/app");
type Hub = Awaited<ReturnType<typeof openPlace>>;

let folder: string;
let hub: Hub;
beforeEach(async () => {
  folder = await mkdtemp(join(root, "test-"));
  hub = await openPlace(await newPlace(), join(folder, "storage"));
  await push(hub.content, APP, "v1" as Tag);
});
afterEach(() => hub.close());

test("a hub that is empty, or another one, does not put its backup in the place of what was saved", async () => {
  const backup = join(folder, "backup");
  const { createdAt } = await backUp(hub, { folder: backup });
  const other = await openPlace(await newPlace(), join(folder, "other"));
  await assert.rejects(backUp(other, { folder: backup }), {
    name: "BackupFolderError",
    message: `Cannot back up into ${backup}: it holds the backup of another database, of ${createdAt} with 1 repository; if this hub has lost its data, stop it and restore that backup; else choose another folder`,
  });
  await other.close();
  assert.equal((await restored({ from: backup })).lost.count, 0);
});

test("a hub that was restored from a backup goes on with it, also when it was restored more than once", async () => {
  const backup = join(folder, "backup");
  await backUp(hub, { folder: backup });
  for (let life = 0; life < 2; life += 1) {
    const { place } = await restored({ from: backup, to: `life-${life}` });
    const again = await openPlace(place, join(folder, `life-${life}`));
    await backUp(again, { folder: backup });
    await again.close();
  }
  await assert.rejects(backUp(hub, { folder: backup }), { name: "BackupFolderError" });
});

test("--verify of a backup copies a blob anew that was damaged there, as long as the hub has it whole", async () => {
  const options = { folder: join(folder, "backup"), copy: true, verify: true };
  await backUp(hub, options);
  const digest = await layer();
  const copy = createLayout(join(options.folder, "blobs")).blobFile(digest);
  await damage(copy);
  assert.deepEqual((await backUp(hub, options)).blobs?.lost, { count: 0, named: [] });
  assert.equal(digestOf(await readFile(copy)), digest);

  await damage(copy);
  await damage(createLayout(join(folder, "storage")).blobFile(digest));
  const { blobs } = await backUp(hub, options);
  assert.deepEqual(blobs?.lost, { count: 1, named: [`${digest} is damaged`] });
  await readFile(copy);
});

test("--verify removes no whole blob whose row has another size, since no copy would take its place", async () => {
  const options = { folder: join(folder, "backup"), copy: true, verify: true };
  await backUp(hub, options);
  const digest = await layer();
  await hub.database.write((transaction) =>
    transaction.updateTable("blobs").set({ size: 7 }).where("digest", "=", digest).execute(),
  );
  const { blobs } = await backUp(hub, options);
  assert.deepEqual(blobs?.lost, { count: 1, named: [`${digest} is damaged`] });
  const copy = createLayout(join(options.folder, "blobs")).blobFile(digest);
  assert.equal(digestOf(await readFile(copy)), digest);
});

test("--verify of a restore puts a whole blob in the place of one that is damaged in storage", async () => {
  const backup = join(folder, "backup");
  await backUp(hub, { folder: backup, copy: true });
  const digest = await layer();
  const file = createLayout(join(folder, "storage")).blobFile(digest);
  await damage(file);
  const { lost } = await restored({ from: backup, to: "storage", verify: true });
  assert.deepEqual(lost, { count: 0, named: [] });
  assert.equal(digestOf(await readFile(file)), digest);
});

test("a blob that a repair found lost stays in the backup that has it, and is missed in one that has not", async () => {
  const backup = join(folder, "backup");
  await backUp(hub, { folder: backup, copy: true });
  const digest = await layer();
  await hub.blobs.storage.delete(digest);
  await hub.database.write((transaction) =>
    transaction.updateTable("blobs").set({ state: "storing" }).where("digest", "=", digest).execute(),
  );
  const { blobs } = await backUp(hub, { folder: backup });
  assert.deepEqual([blobs?.count, blobs?.lost.count], [2, 0]);
  assert.equal(digestOf(await readFile(createLayout(join(backup, "blobs")).blobFile(digest))), digest);

  const without = await backUp(hub, { folder: join(folder, "without") });
  assert.deepEqual(without.blobs?.lost, { count: 1, named: [`${digest} is missing`] });
});

test("a hub that starts on the database while blobs are put back is not replaced under its feet", async () => {
  const backup = join(folder, "backup");
  await backUp(hub, { folder: backup });
  const answers = [false, true];
  const target: RestoreTarget = {
    describe: () => Promise.resolve(undefined),
    isInUse: () => Promise.resolve(answers.shift() ?? true),
    replace: () => assert.fail("replaced"),
    close: () => Promise.resolve(),
  };
  const blobs = await openStorage(join(folder, "restored"));
  await assert.rejects(restoreInto({ target, blobs }, { from: { folder: backup } }, SILENT), {
    message: "Cannot restore: another hub works on the database; stop all hubs that use it",
  });
  await blobs.storage.close();
});

function backUp({ database, blobs }: Hub, options: BackupOptions) {
  return makeBackup({ database, blobs, program: "1.2.3" }, options);
}

async function restored({
  from,
  to = "restored",
  verify = false,
}: {
  from: string;
  to?: string;
  verify?: boolean;
}) {
  const place = await newPlace();
  const blobs = await openStorage(join(folder, to));
  const options = { from: { folder: from }, verify, copy: true };
  const { lost } = await restoreInto({ target: place.target(), blobs }, options, SILENT);
  await blobs.storage.close();
  return { lost, place };
}

/** The blob of the image that is no configuration. */
async function layer(): Promise<Digest> {
  const found = await hub.content.tags.find(APP, "v1" as Tag);
  const manifest = found && (await hub.content.manifests.find(APP, { digest: found.digest }));
  const { layers } = JSON.parse(String(Buffer.from(manifest?.bytes ?? []))) as {
    layers: { digest: Digest }[];
  };
  return layers[0]?.digest ?? assert.fail();
}

/** Changes a byte, so that the size stays; in a file of its own. */
async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  await rm(file);
  await writeFile(file, bytes);
}
