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

/** The median of what each part of the requests leaves is taken: a collection of all objects hides what came before it. */
const PARTS = 12;
/** Some collections of young objects. */
const REQUESTS = 500;
/** What is being answered while young objects are collected grows old as well, and so is little. */
const CONNECTIONS = 2;
/** Of a request; 40 to 260 do. One that is kept has 4000, and a function that is old from its birth makes 220 more. */
const MAX_BYTES = 400;

const folder = await mkdtemp(join(tmpdir(), "imagehub-young-objects-"));
const limits = ["--rate-limit-requests", "--rate-limit-anonymous-pulls", "--rate-limit-pulls"];
const hub = await startHubProcess(folder, { flags: limits.flatMap((flag) => [flag, "9000000/1m"]) });
after(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});
await pushImage(hub, await buildImage(), { repository: "young/objects", reference: "v1" });
const token = await bearer(hub, ["repository:young/objects:pull"], hub.admin);

const RESOURCES = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/repositories";

const ADDRESSES = [
  ["a manifest", "/v2/young/objects/manifests/v1", token],
  ["a list of tags", "/v2/young/objects/tags/list", token],
  ["a resource", `${RESOURCES}/young.objects`, hub.admin],
] as const;

for (const [what, path, authorization] of ADDRESSES) {
  test(`requests for ${what} leave next to nothing among the old objects`, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const ask = (): Promise<number> => statusOf(`${hub.url}${path}`, { agent, headers: { authorization } });
    const askOften = (): Promise<number[]> => Promise.all(Array.from({ length: REQUESTS }, ask));
    // The first ones compile, and fill what is remembered.
    for (let part = 0; part < PARTS / 2; part++) await askOften();
    const left: number[] = [];
    for (let part = 0; part < PARTS; part++) {
      const before = await oldBytes();
      assert.deepEqual([...new Set(await askOften())], [200]);
      left.push(((await oldBytes()) - before) / REQUESTS);
    }
    agent.destroy();
    const median = left.toSorted((one, other) => one - other)[PARTS / 2] ?? Number.NaN;
    assert.ok(median < MAX_BYTES, `${median} bytes a request: ${left.map(Math.round).join(", ")}`);
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
