import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hexOf, type Digest } from "../../src/oci/digest.ts";
import { startHubProcess, type HubProcess } from "../hub-process.ts";
import { buildImage, type TestImage } from "../image-builder.ts";
import { pushImage } from "../registry-client.ts";

const root = await mkdtemp(join(tmpdir(), "imagehub-check-"));
const data = join(root, "data");
let hub: HubProcess;
before(async () => {
  hub = await startHubProcess(data, { flags: ["--log-level", "silent"] });
});
after(async () => {
  assert.equal(await hub.stop(), 0);
  await rm(root, { recursive: true });
});

/** Ways to lose a blob, each of its own image. */
const LOSSES: [string, (file: string) => Promise<void>][] = [
  [
    "flipped",
    async (file) => {
      const bytes = await readFile(file);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      await writeFile(file, bytes);
    },
  ],
  ["cut", (file) => truncate(file, 10)],
  ["longer", (file) => appendFile(file, "more")],
  ["removed", (file) => unlink(file)],
];

test("check finds every loss, exits with 1, and after --repair a push heals each", async () => {
  assert.deepEqual(await check(), { code: 0, problems: 0, counts: {} });
  const images = new Map<string, TestImage>();
  for (const [name, damage] of LOSSES) {
    const image = await pushNew("org/app", name);
    images.set(name, image);
    await damage(blobFile(layerOf(image)));
  }
  const expected = {
    "blob-damaged": { found: 3, repaired: 0 },
    "blob-missing": { found: 1, repaired: 0 },
  };
  assert.deepEqual(await check(), { code: 1, problems: 4, counts: expected });
  assert.deepEqual(await check("--repair"), { code: 1, problems: 4, counts: expected });
  const aside = await readdir(join(data, "storage/imagehub/quarantine"));
  const damaged = ["flipped", "cut", "longer"].map((name) => hexOf(layerOf(images.get(name) as TestImage)));
  assert.deepEqual(aside.map((name) => name.split("-")[1]).toSorted(), damaged.toSorted());
  const { stdout } = await imagehub("check");
  assert.equal(stdout.match(/^blob-set-aside \(note\) /gm)?.length, 3, stdout);
  for (const [name, image] of images) {
    assert.equal((await get(`/v2/org/app/blobs/${layerOf(image)}`)).status, 404, name);
    await pushImage(hub, image, { repository: "org/app", reference: name });
    const healed = await get(`/v2/org/app/blobs/${layerOf(image)}`);
    assert.deepEqual(Buffer.from(await healed.arrayBuffer()), image.blobs.get(layerOf(image)), name);
  }
  assert.deepEqual(await check(), { code: 0, problems: 0, counts: {} });
});

test("check says what is wrong, where, and what to do next", async () => {
  const image = await pushNew("org/words", "v1");
  await unlink(blobFile(layerOf(image)));
  const { code, stdout } = await imagehub("check", "--quick");
  assert.equal(code, 1);
  for (const said of [
    `blob-missing  ${layerOf(image)}`,
    "storage does not have the bytes",
    "in org/words:v1",
    "Push again:\n  org/words:v1",
    "1 problem is left.",
    "Next: imagehub check --repair",
  ])
    assert.ok(stdout.includes(said), `${said}\n${stdout}`);
  const pushAgain = /Next: push those images again, then imagehub check\n$/;
  assert.match((await imagehub("check", "--repair")).stdout, pushAgain);
  assert.match((await imagehub("check")).stdout, pushAgain, "the repair has done all it can");
  await pushImage(hub, image, { repository: "org/words", reference: "v1" });
  assert.match((await imagehub("check", "--repair")).stdout, /There is no damage\./);
});

test("check says that more images have a lost blob than it names", async () => {
  const image = await pushNew("org/many", "t0");
  for (let tag = 1; tag < 7; tag++)
    await pushImage(hub, image, { repository: "org/many", reference: `t${tag}` });
  await unlink(blobFile(layerOf(image)));
  assert.match((await imagehub("check")).stdout, /\n {2}in org\/many:t0, .*, org\/many:t4 and 2 more\n/);
  for (let tag = 7; tag < 22; tag++)
    await pushImage(hub, image, { repository: "org/many", reference: `t${tag}` });
  const { stdout } = await imagehub("check", "--repair");
  assert.match(stdout, /\n {2}in org\/many:t0, .* and more\n/);
  assert.match(stdout, /\n {2}and more, which a check names when these are pushed\n/);
  await pushImage(hub, image, { repository: "org/many", reference: "t0" });
});

test("check puts rows right while the hub runs", async () => {
  const image = await pushNew("org/rows", "v1");
  const database = new DatabaseSync(join(data, "hub.db"), { enableForeignKeyConstraints: false });
  database.prepare("delete from blobs where digest = ?").run(layerOf(image));
  database.prepare("delete from manifests where digest = ?").run(image.digest);
  database.exec("update repositories set newest_tag = null where name = 'org/rows'");
  database.close();
  assert.equal((await get("/v2/org/rows/manifests/v1")).status, 404);
  assert.equal((await check()).code, 1);
  const { code, problems } = await check("--repair");
  assert.deepEqual([code, problems], [0, 0]);
  assert.equal((await get("/v2/org/rows/manifests/v1")).status, 200);
  assert.equal((await get("/v2/org/rows/manifests/latest")).status, 200);
  assert.equal((await get(`/v2/org/rows/blobs/${layerOf(image)}`)).status, 200);
  assert.deepEqual(await check(), { code: 0, problems: 0, counts: {} });
});

test("checks find nothing while images come and go, and garbage is collected", async () => {
  const over = new AbortController();
  const clients = Array.from({ length: 4 }, async (_, client) => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      const image = await pushNew(`org/busy${client % 2}`, `t${count % 3}`);
      const path = `/v2/org/busy${client % 2}/manifests/${count % 2 === 0 ? image.digest : `t${count % 3}`}`;
      await get(path, { method: "DELETE" });
    }
  });
  const collections = (async () => {
    while (!over.signal.aborted) assert.equal((await imagehub("gc")).code, 0);
  })();
  for (let round = 0; round < 2; round += 1) {
    const flags = round === 1 ? ["--repair"] : [];
    assert.deepEqual(await check(...flags), { code: 0, problems: 0, counts: {} });
  }
  over.abort();
  await Promise.all([...clients, collections]);
});

async function pushNew(repository: string, reference: string): Promise<TestImage> {
  const image = await buildImage({ layers: [{ bytes: randomBytes(20_000) }] });
  await pushImage(hub, image, { repository, reference });
  return image;
}

function layerOf(image: TestImage): Digest {
  const layer = [...image.blobs.keys()].at(-1);
  assert.ok(layer);
  return layer;
}

function blobFile(digest: Digest): string {
  const hex = hexOf(digest);
  return join(data, "storage/docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data");
}

/** `imagehub check --json`: its exit code, and of its result what tells of damage. */
async function check(...flags: string[]): Promise<{ code: number; problems: unknown; counts: unknown }> {
  const { code, stdout, stderr } = await imagehub("check", "--json", ...flags);
  assert.ok(stdout.startsWith("{"), stderr);
  const { result } = JSON.parse(stdout) as { result: { problems: number; counts: Record<string, unknown> } };
  const { "blob-set-aside": _, ...counts } = result.counts;
  return { code, problems: result.problems, counts };
}

function imagehub(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(import.meta.dirname, "../../bin/imagehub");
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args, "--data", data], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

function get(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(hub.url + path, { ...init, headers: { authorization: hub.admin } });
}
