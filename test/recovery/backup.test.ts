import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createLayout } from "../../src/blob-storage/layout.ts";
import { takeSnapshot } from "../../src/hub/backup/take-snapshot.ts";
import { digestOf, parseDigest } from "../../src/oci/digest.ts";
import { spawnHub } from "../hub-process.ts";
import { buildImage, buildIndex, type TestImage } from "../image-builder.ts";
import { pushImage } from "../registry-client.ts";
import { mountSmallDisk, SMALL_DISK_BYTES } from "../small-disk.ts";
import { basic, startTestHub, type TestHub } from "../start-hub.ts";

const PASSWORD = "correct horse battery";
const REPOSITORIES = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/repositories";

const root = await mkdtemp(join(tmpdir(), "imagehub-backup-"));
const running = new Set<TestHub>();
after(async () => {
  await Promise.all([...running].map((hub) => hub.stop()));
  unmount();
  await rm(root, { recursive: true });
});

const disk = join(root, "disk");
const { skip, unmount } = mountSmallDisk(disk);
const data = join(root, "data");
const backup = join(root, "backup");
const images = new Map<string, TestImage>();
/** What a client was told before the hub was lost. */
let resourceVersion = "";
let report: BackupResult;

interface BackupResult {
  createdAt: string;
  blobs: { count: number; added: number; lost: { count: number } };
}

before(async () => {
  const hub = await startHub({ data });
  const app = await buildImage({ layers: [{ files: { "README.md": "# Pineapple" } }] });
  images.set("org/app:v1", app);
  images.set("org/app:multi", buildIndex([{ image: app }, { image: await buildImage() }]));
  images.set("team/tool:1.0", await buildImage({ layers: [{ files: { tool: "a" } }], format: "docker" }));
  for (const [name, image] of images) await push(hub, name, image);
  const registered = await postJson(hub, "/api/v1/users", { name: "bob", password: PASSWORD });
  assert.equal(registered.status, 201);
  await hub.context.controllers.idle();
  report = await backUp(hub, backup);
  await push(hub, "org/app:later", await buildImage({ layers: [{ files: { later: "b" } }] }));
  await hub.context.controllers.idle();
  ({ resourceVersion } = (
    (await getJson(hub, REPOSITORIES)) as { metadata: { resourceVersion: string } }
  ).metadata);
  await hub.stop();
});

test("a restored hub has every image byte for byte, its accounts, pages and search, and nothing later", async () => {
  assert.equal(report.blobs.lost.count, 0);
  const restored = join(root, "restored");
  const looked = await run("restore", backup, "--data", restored, "--dry-run", "--verify");
  assert.deepEqual([looked.code, looked.output.includes("Nothing was changed.")], [0, true], looked.output);
  assert.equal(existsSync(restored), false);
  const done = await run("restore", backup, "--data", restored);
  assert.equal(done.code, 0, done.output);
  assert.match(done.output, /2 repositories, 3 tags/);
  assert.match(done.output, /no blob of it is missing/);

  const hub = await startHub({ data: restored });
  await expectImages(hub);
  assert.equal((await ask(hub, "/v2/org/app/manifests/later")).status, 404);
  const me = await fetch(`${hub.url}/api/v1/me`, { headers: { authorization: basic("bob", PASSWORD) } });
  assert.equal(((await me.json()) as { name: string }).name, "bob");
  const found = await until(async () => {
    const { items } = (await getJson(hub, "/api/v1/search?q=pineapple")) as { items: { name: string }[] };
    return items.length > 0 ? items : undefined;
  });
  assert.deepEqual(
    found.map(({ name }) => name),
    ["org/app"],
  );
  await hub.stop();
});

test("a client that watched before a restore is told to list anew, and then misses nothing", async () => {
  const restored = join(root, "watched");
  assert.equal((await run("restore", backup, "--data", restored)).code, 0);
  const hub = await startHub({ data: restored });
  assert.match(await firstEvent(hub, resourceVersion), /"code":410/);
  const list = (await getJson(hub, REPOSITORIES)) as { metadata: { resourceVersion: string } };
  assert.ok(Number(list.metadata.resourceVersion) >= Number(resourceVersion) + 2 ** 31);
  const event = firstEvent(hub, list.metadata.resourceVersion);
  await push(hub, "new/one:v1", await buildImage());
  assert.match(await event, /"name":"new.one"/);
  await hub.stop();
});

test("a second backup stores only what is new, and takes away what is gone; --copy makes copies", async () => {
  const folder = join(root, "second");
  const hub = await startHub({ data });
  const app = images.get("org/app:v1");
  const first = await backUp(hub, folder);
  assert.equal(first.blobs.added, first.blobs.count);
  const inode = (at: string) => statSync(blobFile(at, app)).ino;
  assert.equal(inode(join(folder, "blobs")), inode(join(data, "storage")));
  const image = await buildImage({ layers: [{ files: { second: "backup" } }] });
  await push(hub, "org/app:second", image);
  const second = await backUp(hub, folder, { verify: true });
  // Its configuration is that of another image.
  assert.deepEqual([second.blobs.added, second.blobs.count], [1, first.blobs.count + 1]);
  assert.equal(readdirSync(folder).length, 3, readdirSync(folder).join(" "));

  // What the hub no longer has is no longer backed up.
  const gone = createLayout(join(folder, "blobs")).blobFile(digestOf(Buffer.from("gone")));
  mkdirSync(dirname(gone), { recursive: true });
  writeFileSync(gone, "gone");
  const third = await backUp(hub, folder);
  assert.deepEqual([third.blobs.added, third.blobs.count], [0, second.blobs.count]);
  assert.equal(existsSync(gone), false);

  const copies = join(root, "copies");
  await backUp(hub, copies, { copy: true });
  assert.notEqual(inode(join(copies, "blobs")), inode(join(data, "storage")));
  await hub.stop();
});

test(
  "a disk that fills up leaves the earlier backup as it was, and room that is made is used",
  { skip },
  async () => {
    const folder = join(disk, "backup");
    const hub = await startHub({ data });
    const first = await backUp(hub, folder);
    const large = await buildImage({ layers: [{ bytes: randomBytes(12 * 1024 * 1024) }] });
    await push(hub, "org/app:large", large);
    const ballast = join(disk, "ballast");
    await writeFile(ballast, Buffer.alloc(SMALL_DISK_BYTES - 8 * 1024 * 1024));
    const job = await endOf(hub, await startJob(hub, { directory: folder }));
    assert.deepEqual([job.state, job.error], ["failed", "Cannot store: no space left"]);
    const looked = await run("restore", folder, "--data", join(root, "none"), "--dry-run", "--verify");
    assert.equal(looked.code, 0, looked.output);
    assert.ok(looked.output.includes(`the database of ${first.createdAt}`), looked.output);
    rmSync(ballast);
    const second = await backUp(hub, folder, { verify: true });
    assert.ok(second.blobs.count > first.blobs.count);
    await hub.stop();
  },
);

test("a restore is refused while a hub runs, a look at it is not; a database that is there goes by --force, and is kept", async () => {
  const own = join(root, "own");
  const hub = await startHub({ data: own });
  await push(hub, "own/image:v1", await buildImage());
  const looked = await run("restore", backup, "--data", own, "--dry-run", "--verify");
  assert.equal(looked.code, 0, looked.output);
  assert.match(looked.output, /would replace .*hub\.db with 1 repositories and 1 users/);
  assert.match(await failing("restore", backup, "--data", own), /the hub with process id \d+ .* works on it/);
  await hub.stop();
  const refused = await failing("restore", backup, "--data", own);
  assert.match(refused, /hub\.db with 1 repositories and 1 users; --force replaces it/);
  const again = await startHub({ data: own });
  assert.equal((await ask(again, "/v2/own/image/manifests/v1")).status, 200);
  await again.stop();
  const forced = await run("restore", backup, "--data", own, "--force");
  assert.equal(forced.code, 0, forced.output);
  const kept = readdirSync(own).find((name) => name.startsWith("hub.db.replaced-"));
  assert.ok(kept !== undefined && forced.output.includes(kept), forced.output);
  const restored = await startHub({ data: own });
  await expectImages(restored);
  await restored.stop();
});

test("imagehub backup tells what it did, and ends with 1 when it could not", async () => {
  const own = join(root, "commanded");
  const hub = await startHub({ data: own });
  await push(hub, "own/image:v1", await buildImage());
  const folder = join(root, "by-command");
  const done = await run("backup", folder, "--data", own, "--verify");
  assert.equal(done.code, 0, done.output);
  assert.match(done.output, /1 blobs \(\d+ B\), 1 of them new/);
  const database = await run("backup", join(root, "database-only"), "--database-only", "--data", own);
  assert.match(database.output, /no blobs: they are in the hub's storage alone/);
  assert.match(await failing("backup", folder, "--database-only", "--data", own), /its backup has blobs/);
  await hub.stop();
  const without = await run("restore", join(root, "database-only"), "--data", join(root, "without-blobs"));
  assert.deepEqual(
    [without.code, /1 of its blobs are missing/.test(without.output)],
    [1, true],
    without.output,
  );
});

test("what is no whole backup is refused, and nothing is changed", async () => {
  const target = join(root, "untouched");
  const copyOfBackup = (name: string) => {
    cpSync(backup, join(root, name), { recursive: true });
    return join(root, name);
  };
  const half = copyOfBackup("half");
  rmSync(join(half, "backup.json"));
  const cut = copyOfBackup("cut");
  const dump = join(cut, readdirSync(cut).find((name) => name.startsWith("database-")) ?? "");
  truncateSync(dump, statSync(dump).size - 10);
  for (const [folder, message] of [
    [half, /was not finished; run imagehub backup once more/],
    [cut, /Cannot read database dump: it is cut off/],
    [root, /holds no backup/],
    [join(root, "nowhere"), /holds no backup/],
  ] as const) {
    assert.match(await failing("restore", folder, "--data", target), message);
  }
  assert.match(
    await failing("restore", "--data", target),
    /name the folder of a backup, or give --from-storage/,
  );
  assert.match(
    await failing("restore", backup, "--from-storage", "--data", target),
    /from a folder and from storage at once: give one of them, DIR or --from-storage/,
  );
  assert.equal(existsSync(join(target, "hub.db")), false);

  const hub = await startHub();
  const foreign = await endOf(hub, await startJob(hub, { directory: root }));
  assert.match(foreign.error ?? "", /which is no backup's; choose an empty folder/);
  for (const nowhere of ["/proc/nope", join(backup, "backup.json/below")]) {
    const job = await endOf(hub, await startJob(hub, { directory: nowhere }));
    assert.equal(job.state, "failed");
    assert.match(
      job.error ?? "",
      /^Cannot back up into \S+: the folder cannot be made .*choose another one$/,
    );
  }
  for (const own of [
    hub.dataFolder,
    join(hub.dataFolder, "backup"),
    join(hub.dataFolder, "storage/backup"),
  ]) {
    const job = await endOf(hub, await startJob(hub, { directory: own }));
    assert.match(job.error ?? "", /within the hub's own folder .*; choose a folder elsewhere/);
  }
  assert.equal(existsSync(join(hub.dataFolder, "backup")), false);
  const relative = await endOf(hub, await startJob(hub, { directory: "backup" }));
  assert.match(relative.error ?? "", /expected an absolute path/);
  await hub.stop();
});

test("a blob that the backup has lost is named, and all else is restored", async () => {
  const lossy = join(root, "lossy");
  cpSync(backup, lossy, { recursive: true });
  const [digest = ""] = images.get("team/tool:1.0")?.blobs.keys() ?? [];
  rmSync(createLayout(join(lossy, "blobs")).blobFile(parseDigest(digest)));
  const done = await run("restore", lossy, "--data", join(root, "from-lossy"));
  assert.equal(done.code, 1);
  assert.match(done.output, new RegExp(`1 of its blobs are missing or damaged:\\s+${digest} is missing`));
});

test("the newest whole snapshot in storage brings back a hub that lost all but its storage", async () => {
  const lost = join(root, "lost");
  const hub = await startHub({ data: lost });
  const { database, storage } = hub.context;
  const snapshot = (at: string) =>
    takeSnapshot({ database, storage, program: "1.2.3", now: () => Date.parse(at) });
  await snapshot("2026-11-22T03:00:00Z");
  for (const [name, image] of images) await push(hub, name, image);
  const newest = await snapshot("2026-11-23T03:00:00Z");
  const broken = await snapshot("2026-11-24T03:00:00Z");
  await hub.stop();
  for (const name of readdirSync(lost)) if (name !== "storage") rmSync(join(lost, name), { recursive: true });
  const brokenFile = join(createLayout(join(lost, "storage")).snapshots, broken);
  truncateSync(brokenFile, Math.floor(statSync(brokenFile).size / 2));

  // Whoever does not know that it is lost is told, also at a second start.
  for (let start = 0; start < 2; start++) {
    const empty = await startHub({ data: lost });
    assert.equal(empty.leftSnapshot?.name, broken);
    await empty.stop();
  }

  const done = await run("restore", "--from-storage", "--force", "--data", lost);
  assert.equal(done.code, 0, done.output);
  assert.ok(done.output.includes(`Passed over snapshot ${broken}`), done.output);
  assert.ok(done.output.includes(`Restored ${newest}`), done.output);
  const restored = await startHub({ data: lost });
  assert.equal(restored.leftSnapshot, undefined);
  await expectImages(restored);
  await restored.stop();
});

test("who restores the newest snapshot is told of another database's, which may be the one that was lost", async () => {
  const lost = join(root, "pushed-since");
  const hub = await startHub({ data: lost });
  await push(hub, "org/app:v1", await buildImage());
  const own = await snapshotOf(hub, "2026-11-22T03:00:00Z");
  await hub.stop();
  for (const name of readdirSync(lost)) if (name !== "storage") rmSync(join(lost, name), { recursive: true });
  // Somebody pushed to the hub that was started empty.
  const empty = await startHub({ data: lost });
  await push(empty, "org/other:v1", await buildImage());
  const since = await snapshotOf(empty, "2026-11-23T03:00:00Z");
  await empty.stop();

  const looked = await run("restore", "--from-storage", "--dry-run", "--data", lost);
  assert.ok(looked.output.includes(`Would restore ${since}`), looked.output);
  assert.ok(looked.output.includes(`imagehub restore --from-storage ${own}`), looked.output);
  const named = await run("restore", "--from-storage", own, "--dry-run", "--data", lost);
  assert.ok(!named.output.includes("another database"), named.output);
});

test("a hub does not start after a restore that was killed, until it is run again", async () => {
  const killed = join(root, "killed");
  const mark = join(killed, "restore-under-way");
  await killRestore(killed, mark);
  await assert.rejects(startHub({ data: killed }), {
    name: "RestoreError",
    message: `Cannot start: a restore was cut off; run imagehub restore again, or remove ${mark} to start with the database that is there`,
  });
  assert.equal((await run("restore", backup, "--data", killed, "--force")).code, 0);
  const hub = await startHub({ data: killed });
  await expectImages(hub);
  await hub.stop();
});

test("a snapshot that is not there is told with those that are, and what to do", async () => {
  const named = join(root, "named");
  const hub = await startHub({ data: named });
  const { database, storage } = hub.context;
  const unknown = (name: string) => failing("restore", "--from-storage", name, "--data", named);
  const names: string[] = [];
  for (const day of [20, 21, 22, 23, 24, 25, 26]) {
    const now = () => Date.parse(`2026-11-${day}T03:00:00Z`);
    names.unshift(await takeSnapshot({ database, storage, program: "1.2.3", now }));
  }
  await hub.stop();
  const told = await unknown("../none");
  assert.ok(
    told.startsWith(
      `imagehub: Cannot restore from snapshot "../none": storage has none of this name, but has ${names.slice(0, 5).join(", ")}, and 2 older ones: name one of them`,
    ),
    told,
  );
  assert.equal(told.trim().split("\n").length, 1, told);
  for (const name of names) rmSync(join(createLayout(join(named, "storage")).snapshots, name));
  assert.match(
    await unknown("none"),
    /none of this name, nor any other: restore from the folder of a backup\n$/,
  );
});

function snapshotOf({ context: { database, storage } }: TestHub, at: string): Promise<string> {
  return takeSnapshot({ database, storage, program: "1.2.3", now: () => Date.parse(at) });
}

/** A hub that is ended with the tests, if not before. */
async function startHub(flags: Record<string, string> = {}): Promise<TestHub> {
  const hub = await startTestHub({ "log-level": "fatal", ...flags });
  const started = {
    ...hub,
    async stop() {
      running.delete(started);
      await hub.stop();
    },
  };
  running.add(started);
  return started;
}

/** The file of an image's last blob. */
function blobFile(storage: string, image: TestImage | undefined): string {
  return createLayout(storage).blobFile(parseDigest([...(image?.blobs.keys() ?? [])].at(-1) ?? ""));
}

async function push(hub: TestHub, name: string, image: TestImage): Promise<void> {
  const [repository = "", reference = ""] = name.split(":");
  await pushImage(hub, image, { repository, reference });
}

async function expectImages(hub: TestHub): Promise<void> {
  for (const [name, image] of images) {
    const [repository = "", tag = ""] = name.split(":");
    await expectImage(hub, repository, { tag, image });
  }
}

async function expectImage(
  hub: TestHub,
  repository: string,
  { tag, image }: { tag: string; image: TestImage },
): Promise<void> {
  await expectBytes(hub, `/v2/${repository}/manifests/${tag}`, image.manifest);
  for (const [digest, bytes] of image.blobs)
    await expectBytes(hub, `/v2/${repository}/blobs/${digest}`, bytes);
  for (const child of image.children) await expectImage(hub, repository, { tag: child.digest, image: child });
}

async function expectBytes(hub: TestHub, path: string, bytes: Uint8Array): Promise<void> {
  const response = await ask(hub, path);
  assert.equal(response.status, 200, path);
  assert.ok(Buffer.from(await response.arrayBuffer()).equals(bytes), path);
}

function ask(hub: TestHub, path: string): Promise<Response> {
  return fetch(hub.url + path, { headers: { authorization: hub.admin } });
}

async function getJson(hub: TestHub, path: string): Promise<unknown> {
  return (await ask(hub, path)).json();
}

function postJson(hub: TestHub, path: string, body: object): Promise<Response> {
  return fetch(hub.url + path, {
    method: "POST",
    headers: { authorization: hub.admin, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

interface JobAnswer {
  id: number;
  state: string;
  error?: string;
  result?: BackupResult;
}

async function startJob(
  hub: TestHub,
  parameters: { directory: string } & Record<string, unknown>,
): Promise<number> {
  const response = await postJson(hub, "/api/v1/jobs", { kind: "backup", ...parameters });
  assert.equal(response.status, 201, await response.clone().text());
  return ((await response.json()) as JobAnswer).id;
}

function endOf(hub: TestHub, id: number): Promise<JobAnswer> {
  return until(async () => {
    const job = (await getJson(hub, `/api/v1/jobs/${id}`)) as JobAnswer;
    return ["queued", "running"].includes(job.state) ? undefined : job;
  });
}

async function backUp(hub: TestHub, directory: string, options: object = {}): Promise<BackupResult> {
  const job = await endOf(hub, await startJob(hub, { directory, ...options }));
  assert.equal(job.state, "succeeded", job.error ?? "");
  return job.result as BackupResult;
}

/** The first line of a watch of repositories. */
async function firstEvent(hub: TestHub, from: string): Promise<string> {
  const response = await ask(hub, `${REPOSITORIES}?watch=true&resourceVersion=${from}`);
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) return Buffer.from(chunk).toString();
  return "";
}

/** Kills a restore that has set its mark; one that ends before it is killed is begun again, from nothing. */
async function killRestore(folder: string, mark: string): Promise<void> {
  for (let attempt = 1; !existsSync(mark); attempt++) {
    assert.ok(attempt <= 20, "each restore ended before it was killed");
    rmSync(folder, { recursive: true, force: true });
    const restoring = spawnHub(["restore", backup, "--data", folder]);
    const exited = once(restoring, "exit");
    while (!existsSync(mark) && restoring.exitCode === null) await sleep(1);
    restoring.kill("SIGKILL");
    await exited;
  }
}

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawnHub(args);
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, output: (await outputs).join("") };
}

/** What a command that must fail says. */
async function failing(...args: string[]): Promise<string> {
  const { code, output } = await run(...args);
  assert.equal(code, 1, output);
  return output;
}

/** Asks until there is an answer. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}
