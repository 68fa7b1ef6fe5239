import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { globSync, statSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Job } from "../../src/api/contract/jobs.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { startHubProcess, type HubProcess } from "../hub-process.ts";
import { buildImage, buildIndex, type TestImage } from "../image-builder.ts";
import { startDistribution } from "./distribution.ts";
import { skipWithout } from "./programs.ts";

const root = await mkdtemp(join(tmpdir(), "imagehub-import-"));
after(() => rm(root, { recursive: true }));

/** Enough that a hub can be killed before the last one. */
const MANY = 60;
const images = await someImages();

for (const program of ["docker-registry", "registry"]) {
  describe(`import of what ${program} stored`, { skip: skipWithout(program) }, () => {
    const folder = join(root, program);
    let storage: string;
    before(async () => {
      const other = await startDistribution(program, folder);
      storage = other.storage;
      for (const { image, ...name } of images) await other.push(image, name);
      await other.stop();
    });

    test("all that was pushed can be pulled, nothing was copied, and a second run does nothing", async () => {
      const hub = await startHubProcess(join(folder, "elsewhere"));
      const { tags, problems, copied } = await run(hub, importOf(storage));
      assert.deepEqual({ tags, problems, copied }, { tags: images.length - 1, problems: 0, copied: 0 });
      await expectAll(hub);
      const again = await run(hub, importOf(storage));
      assert.deepEqual([again["tags"], again["manifests"], again["blobs"], again["problems"]], [0, 0, 0, 0]);
      assert.equal(await hub.stop(), 0);
    });

    test("a tree that is the hub's own storage is adopted where it lies", async () => {
      const own = join(folder, "own");
      await cp(storage, own, { recursive: true });
      const hub = await startHubProcess(join(folder, "in-place"), { flags: ["--storage", `file:${own}`] });
      const { problems, copied } = await run(hub, importOf(own));
      assert.deepEqual({ problems, copied }, { problems: 0, copied: 0 });
      const files = globSync(`${own}/docker/registry/v2/blobs/*/*/*/data`);
      assert.ok(files.length > 0 && files.every((file) => statSync(file).nlink === 1));
      await expectAll(hub);
      assert.equal(await hub.stop(), 0);
    });

    test("after the hub was killed in the middle, a second run leaves all complete", async () => {
      const data = join(folder, "killed");
      const killed = await startHubProcess(data);
      await start(killed, importOf(storage));
      while ((await tagsOf(killed, "org/many")) === 0) assert.equal(killed.process.exitCode, null);
      await killed.kill();
      const hub = await startHubProcess(data);
      assert.ok((await tagsOf(hub, "org/many")) < MANY, "the import was cut off");
      const { problems } = await run(hub, importOf(storage));
      assert.equal(problems, 0);
      await expectAll(hub);
      assert.equal(await hub.stop(), 0);
    });
  });
}

interface Pushed {
  image: TestImage;
  repository: string;
  reference: string;
}

/** What a registry holds: images, one in Docker's form, an index, a signature that no tag names, many tags. */
async function someImages(): Promise<Pushed[]> {
  const [oci, docker] = await Promise.all([
    buildImage({ layers: [{ bytes: randomBytes(300_000) }] }),
    buildImage({ layers: [{ bytes: randomBytes(3000) }], format: "docker" }),
  ]);
  const subject = { mediaType: oci.mediaType, digest: oci.digest, size: oci.manifest.length };
  const signature = await buildImage({
    layers: [{ bytes: Buffer.from("signature") }],
    manifest: { subject },
  });
  const many = await Promise.all(
    Array.from({ length: MANY }, () => buildImage({ layers: [{ bytes: randomBytes(1000) }] })),
  );
  return [
    { image: oci, repository: "org/app", reference: "v1" },
    { image: docker, repository: "org/deep/er/app", reference: "v1" },
    { image: buildIndex([{ image: oci }, { image: docker }]), repository: "org/app", reference: "multi" },
    { image: signature, repository: "org/app", reference: signature.digest },
    { image: docker, repository: "one-part", reference: "v1" },
    ...many.map((image, number) => ({ image, repository: "org/many", reference: `v${number}` })),
  ];
}

function importOf(directory: string): object {
  return { kind: "import", directory, organization: "library" };
}

/** All that was pushed is there byte for byte, and a check finds nothing. */
async function expectAll(hub: HubProcess): Promise<void> {
  for (const { image, repository, reference } of images) {
    const name = repository.includes("/") ? repository : `library/${repository}`;
    await expectImage(hub, image, `/v2/${name}`, reference);
  }
  const { problems, counts } = await run(hub, { kind: "check" });
  assert.deepEqual({ problems, counts }, { problems: 0, counts: {} });
}

async function expectImage(
  hub: HubProcess,
  image: TestImage,
  path: string,
  reference: string,
): Promise<void> {
  await expectBytes(hub, `${path}/manifests/${reference}`, image.digest);
  for (const digest of image.blobs.keys()) await expectBytes(hub, `${path}/blobs/${digest}`, digest);
  for (const child of image.children) await expectImage(hub, child, path, child.digest);
}

async function expectBytes(hub: HubProcess, path: string, digest: string): Promise<void> {
  const response = await ask(hub, path);
  assert.equal(response.status, 200, path);
  assert.equal(digestOf(Buffer.from(await response.arrayBuffer())), digest);
}

async function tagsOf(hub: HubProcess, repository: string): Promise<number> {
  const response = await ask(hub, `/v2/${repository}/tags/list?n=1000`);
  if (response.status !== 200) return 0;
  const { tags } = (await response.json()) as { tags: string[] };
  return tags.filter((tag) => tag !== "latest").length;
}

/** @returns the result of a job that succeeded */
async function run(hub: HubProcess, body: object): Promise<Record<string, unknown>> {
  for (let job = await start(hub, body); ; job = await find(hub, job.id)) {
    if (job.state === "queued" || job.state === "running") continue;
    assert.equal(job.state, "succeeded", JSON.stringify(job));
    return job.result ?? {};
  }
}

async function start(hub: HubProcess, body: object): Promise<Job> {
  const headers = { "content-type": "application/json" };
  const response = await ask(hub, "/api/v1/jobs", { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(response.status, 201, await response.clone().text());
  return (await response.json()) as Job;
}

async function find(hub: HubProcess, id: number): Promise<Job> {
  return (await (await ask(hub, `/api/v1/jobs/${id}`)).json()) as Job;
}

function ask(hub: HubProcess, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(hub.url + path, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), authorization: hub.admin },
  });
}
