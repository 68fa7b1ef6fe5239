import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startHubProcess } from "./hub-process.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushImage } from "./registry-client.ts";

// What a request leaves must be found by collections of young objects, which take less than a millisecond. One object
// that is old from its birth is enough to keep the whole request until a collection of all objects: V8 makes those of
// functions that are written right where a property is set (`visit.admit = () => …`).

/** Few enough that no collection of all objects comes between, which would hide what it found. */
const REQUESTS = 6000;
const CONNECTIONS = 16;
/** Some caches fill. A request that is kept takes 4000 bytes. */
const MAX_BYTES_A_REQUEST = 1000;

const folder = await mkdtemp(join(tmpdir(), "imagehub-young-objects-"));
const limits = ["--rate-limit-requests", "--rate-limit-anonymous-pulls", "--rate-limit-pulls"];
const hub = await startHubProcess(folder, { flags: limits.flatMap((flag) => [flag, "9000000/1m"]) });
after(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});
await pushImage(hub, await buildImage(), { repository: "young/objects", reference: "v1" });
const token = await bearer(hub, ["repository:young/objects:pull"], hub.admin);

const ADDRESSES = [
  ["a manifest", "/v2/young/objects/manifests/v1", token],
  ["a list of tags", "/v2/young/objects/tags/list", token],
  [
    "a resource",
    "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/repositories/young.objects",
    hub.admin,
  ],
  ["a search", "/api/v1/search?q=objects", hub.admin],
] as const;

for (const [what, path, authorization] of ADDRESSES) {
  test(`requests for ${what} leave nothing among the old objects`, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const ask = (): Promise<number> => statusOf(`${hub.url}${path}`, { agent, headers: { authorization } });
    // The first ones compile, and fill what is remembered.
    await Promise.all(Array.from({ length: REQUESTS / 2 }, ask));
    const before = await oldBytes();
    const statuses = await Promise.all(Array.from({ length: REQUESTS }, ask));
    const left = (await oldBytes()) - before;
    agent.destroy();
    assert.deepEqual([...new Set(statuses)], [200]);
    assert.ok(left < REQUESTS * MAX_BYTES_A_REQUEST, `${left / REQUESTS} bytes a request`);
  });
}

async function statusOf(
  url: string,
  options: { agent: Agent; headers: Record<string, string> },
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  get(url, options, (response) => {
    response.resume().on("end", () => resolve(response.statusCode ?? 0));
  }).on("error", reject);
  return promise;
}

/** What the hub's old objects take. */
async function oldBytes(): Promise<number> {
  const metrics = await (await fetch(`${hub.url}/metrics`)).text();
  return Number(/^nodejs_heap_space_size_used_bytes\{space="old"\} (\S+)$/m.exec(metrics)?.[1]);
}
