import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import type { Deleted, RestoreResult } from "../../src/api/contract/deleted.ts";
import { parseRepositoryName, parseTag } from "../../src/oci/reference.ts";
import { spawnHub } from "../hub-process.ts";
import { buildImage } from "../image-builder.ts";
import { pushImage } from "../registry-client.ts";
import { startTestHub } from "../start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { content } = hub.context;
const image = await buildImage({ layers: [{ files: { a: "a" } }] });
const other = await buildImage({ layers: [{ files: { b: "b" } }] });
const BY = { deletedBy: "alice" };

/** Runs the command on this machine's hub, as whoever owns its data folder. */
async function undelete(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawnHub(["undelete", "--data", hub.dataFolder, ...args]);
  const code = new Promise<number>((resolve) => child.on("exit", (status) => resolve(status ?? -1)));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

async function push(
  name: string,
  tag: string,
  pushed = image,
): Promise<ReturnType<typeof parseRepositoryName>> {
  await pushImage(hub, pushed, { repository: name, reference: tag });
  return parseRepositoryName(name);
}

test("what is no name of an image, and what was never deleted, ends with 1 and says what to do", async () => {
  for (const [name, message] of [
    ["mysql:8.0", /Cannot undelete "mysql:8\.0": .*use org\/name/],
    ["org/app:-", /Cannot undelete "org\/app:-": /],
    ["org/app@sha256:12", /Cannot undelete "org\/app@sha256:12": /],
    ["org/app:v1", /Cannot undelete org\/app:v1: nothing of this name .*imagehub undelete lists what can/],
    ["org/none", /Cannot undelete org\/none: nothing was deleted there that could be restored/],
  ] as const) {
    const { code, out, err } = await undelete(name);
    assert.equal(code, 1);
    assert.equal(out, "");
    assert.match(err, message);
  }
});

test("the list shows what was deleted, when, by whom and until when it is kept; also as JSON", async () => {
  const repository = await push("listed/app", "v1");
  await content.tags.delete(repository, parseTag("v1"), BY);
  const { code, out } = await undelete("--organization", "listed");
  assert.equal(code, 0);
  const [heading = "", row = "", ...rest] = out.trimEnd().split("\n");
  assert.match(heading, /^DELETED +IMAGE +WHEN +BY +KEPT UNTIL$/);
  assert.match(row, /^listed\/app:v1 +sha256:\w{12} +20\S+ \S+Z +alice +20\S+ \S+Z$/);
  assert.deepEqual(rest, []);
  const json = JSON.parse((await undelete("--organization", "listed", "--json")).out) as Deleted[];
  assert.equal(json[0]?.digest, image.digest);
  assert.match((await undelete("--organization", "nobody")).out, /Nothing was deleted/);
});

test("a tag, and a manifest with its tags, are restored by name", async () => {
  const repository = await push("named/app", "v1");
  await content.tags.delete(repository, parseTag("v1"), BY);
  const tag = await undelete("named/app:v1");
  assert.deepEqual([tag.code, tag.out], [0, "Restored named/app:v1\n"]);
  await content.manifests.delete(repository, image.digest, BY);
  const manifest = await undelete(`named/app@${image.digest}`, "--json");
  assert.deepEqual(JSON.parse(manifest.out) as RestoreResult[], [
    { repository: "named/app", tags: ["v1"], manifests: [image.digest], takenTags: [] },
  ]);
  assert.equal((await content.tags.find(repository, parseTag("v1")))?.digest, image.digest);
});

test("a tag that was set again stays unless forced", async () => {
  const repository = await push("taken/app", "v1");
  await content.tags.delete(repository, parseTag("v1"), BY);
  await push("taken/app", "v1", other);
  const refused = await undelete("taken/app:v1");
  assert.equal(refused.code, 1);
  assert.equal(
    refused.err,
    `imagehub: Cannot undelete taken/app:v1: the tag was set again, to another image than ${image.digest}; --force moves it\n`,
  );
  assert.equal((await undelete("taken/app:v1", "--force")).code, 0);
  assert.equal((await content.tags.find(repository, parseTag("v1")))?.digest, image.digest);
});

test("all of a repository is restored, of each tag the last; what was set again is told, and ends with 1", async () => {
  const repository = await push("whole/app", "v1", other);
  for (const [tag, pushed] of [
    ["v1", image],
    ["v2", image],
    ["v3", other],
  ] as const) {
    await content.tags.delete(repository, parseTag(tag), BY);
    await push("whole/app", tag, pushed);
  }
  await content.manifests.delete(repository, image.digest, BY);
  await content.tags.delete(repository, parseTag("v3"), BY);
  await push("whole/app", "v3", image);
  const { code, out, err } = await undelete("whole/app");
  assert.equal(code, 1);
  assert.match(err, /^imagehub: Cannot undelete whole\/app:v3: the tag was set again.*--force moves it\n$/);
  assert.match(out, /Restored whole\/app:v1/);
  assert.match(out, /Restored whole\/app:v2/);
  const digests = [];
  for (const tag of ["v1", "v2", "v3"])
    digests.push((await content.tags.find(repository, parseTag(tag)))?.digest);
  assert.deepEqual(digests, [image.digest, image.digest, image.digest]);
});
