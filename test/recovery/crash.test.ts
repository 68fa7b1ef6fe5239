import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest, type ClientRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { digestOf } from "../../src/oci/digest.ts";
import { startHubProcess, type HubProcess } from "../hub-process.ts";
import { buildImage } from "../image-builder.ts";
import { pushImage } from "../registry-client.ts";

/** The hub is asked until it has done what it must: where it never does, a test ends here. */
const limits = { timeout: 60_000 };

const root = await mkdtemp(join(tmpdir(), "imagehub-crash-"));
const started: HubProcess[] = [];
after(async () => {
  await Promise.all(started.map((hub) => hub.kill()));
  await rm(root, { recursive: true, force: true });
});

test(
  "an image whose hub was killed right after 201 is known and found after the next start",
  limits,
  async () => {
    const data = join(root, "page");
    const image = await buildImage({ layers: [{ files: { "README.md": "# Ananas\n\nA fruit" } }] });
    const killed = await start(data);
    await pushImage(killed, image, { repository: "org/app", reference: "v1" });
    await killed.kill();

    const hub = await start(data);
    const found = await until(async () => {
      const { items } = await getJson<{ items: { name: string }[] }>(hub, "/api/v1/search?q=ananas");
      return items.length > 0 ? items : undefined;
    });
    assert.deepEqual(
      found.map(({ name }) => name),
      ["org/app"],
    );
    const resources = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";
    const { status } = await getJson<{ status: { digest: string; detail: { docs: string } } }>(
      hub,
      `${resources}/images/org.app.v1`,
    );
    assert.equal(status.digest, image.digest);
    assert.match(status.detail.docs, /^# Ananas/);
    const repository = await getJson<{ status: { latestTag: string } }>(
      hub,
      `${resources}/repositories/org.app`,
    );
    assert.equal(repository.status.latestTag, "v1");
    await hub.kill();
  },
);

test("an upload whose hub was killed in the middle goes on where its bytes end", limits, async () => {
  const data = join(root, "upload");
  const bytes = randomBytes(8 * 1024 * 1024);
  const digest = digestOf(bytes);
  const killed = await start(data);
  const location = await beginUpload(killed);
  const request = patch(killed, location, bytes.length);
  request.write(bytes.subarray(0, 5 * 1024 * 1024));
  await until(async () => ((await heldBytes(killed, location)) > 0 ? true : undefined));
  await killed.kill();

  const hub = await start(data);
  const held = await heldBytes(hub, location);
  assert.ok(held > 0 && held < bytes.length, `${held} bytes`);
  assert.equal(await statusOf(hub, `/v2/org/app/blobs/${digest}`), 404);
  const rest = patch(hub, location, bytes.length - held, held);
  rest.end(bytes.subarray(held));
  const [response] = await once(rest, "response");
  assert.equal(response.statusCode, 202);
  const ended = await ask(hub, `${location}?digest=${digest}`, { method: "PUT" });
  assert.equal(ended.status, 201, await ended.text());
  const blob = await ask(hub, `/v2/org/app/blobs/${digest}`);
  assert.ok(Buffer.from(await blob.arrayBuffer()).equals(bytes));
  await hub.kill();
});

test(
  "what was deleted, and what was restored, right before its hub was killed is so after the next start",
  limits,
  async () => {
    const data = join(root, "undelete");
    const image = await buildImage({ layers: [{ files: { "README.md": "# Banana" } }] });
    const manifest = `/v2/org/app/manifests/${image.digest}`;
    const pushed = await start(data);
    await pushImage(pushed, image, { repository: "org/app", reference: "v1" });
    assert.equal((await ask(pushed, manifest, { method: "DELETE" })).status, 202);
    await pushed.kill();

    const deleted = await start(data);
    assert.equal(await statusOf(deleted, manifest), 404);
    const { items } = await getJson<{ items: { id: number; tag?: string }[] }>(deleted, "/api/v1/deleted");
    assert.deepEqual(
      items.map(({ tag }) => tag),
      [undefined, "v1"],
    );
    const restored = await ask(deleted, `/api/v1/deleted/${items[0]?.id}/restore`, { method: "POST" });
    assert.equal(restored.status, 200, await restored.text());
    await deleted.kill();

    const hub = await start(data);
    await expectBytes(hub, "/v2/org/app/manifests/v1", image.manifest);
    for (const [digest, bytes] of image.blobs) await expectBytes(hub, `/v2/org/app/blobs/${digest}`, bytes);
    await until(async () => {
      const found = await getJson<{ items: unknown[] }>(hub, "/api/v1/search?q=banana");
      return found.items.length > 0 ? true : undefined;
    });
    await hub.kill();
  },
);

async function start(data: string): Promise<HubProcess> {
  const hub = await startHubProcess(data);
  started.push(hub);
  return hub;
}

function ask(hub: HubProcess, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(hub.url + path, { ...init, headers: { authorization: hub.admin } });
}

async function getJson<T>(hub: HubProcess, path: string): Promise<T> {
  const response = await ask(hub, path);
  assert.equal(response.status, 200, path);
  return (await response.json()) as T;
}

async function statusOf(hub: HubProcess, path: string): Promise<number> {
  return (await ask(hub, path, { method: "HEAD" })).status;
}

async function expectBytes(hub: HubProcess, path: string, expected: Uint8Array): Promise<void> {
  const response = await ask(hub, path);
  const actual = Buffer.from(await response.arrayBuffer());
  assert.ok(response.status === 200 && actual.equals(expected), `${path}: ${response.status}`);
}

async function beginUpload(hub: HubProcess): Promise<string> {
  const response = await ask(hub, "/v2/org/app/blobs/uploads/", { method: "POST" });
  assert.equal(response.status, 202);
  return response.headers.get("location") ?? "";
}

async function heldBytes(hub: HubProcess, location: string): Promise<number> {
  const response = await ask(hub, location);
  assert.equal(response.status, 204);
  const last = Number(response.headers.get("range")?.split("-")[1]);
  return last === 0 ? 0 : last + 1;
}

/** A chunk that may never end. */
function patch(hub: HubProcess, location: string, sizeBytes: number, offset?: number): ClientRequest {
  const request = httpRequest(hub.url + location, {
    method: "PATCH",
    headers: {
      authorization: hub.admin,
      "content-length": sizeBytes,
      ...(offset !== undefined && { "content-range": `${offset}-${offset + sizeBytes - 1}` }),
    },
  });
  request.on("error", () => undefined);
  return request;
}

/** Asks until there is an answer: the hub works on what the killed one left. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}
