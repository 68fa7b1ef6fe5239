import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Player } from "../player.ts";
import { tagsOf } from "./stored.ts";

const RESOURCES = "/apis/imagehub.sealos.io/v1";
/** What follows from what is stored comes within this, on a busy machine. */
const CONVERGED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;
const WORDS = 3;

interface Known {
  spec: { name: string };
  status?: { digest?: string; aliasOf?: string; tagCount?: number; latestTag?: string };
}

/** Waits until images, repositories and the search index are what the tags say. */
export async function checkKnown(player: Player): Promise<void> {
  const deadline = Date.now() + CONVERGED_WITHIN_MS;
  for (;;) {
    try {
      const latest = await checkResources(player);
      return await checkSearch(player, latest);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** @returns each repository's latest tag */
async function checkResources(player: Player): Promise<Map<string, string>> {
  const tags = tagsOf(player);
  const images = await list(player, "images");
  const expected = [...tags].flatMap(([repository, there]) =>
    there.map(({ tag, digest }) => `${repository}:${tag} ${digest}`),
  );
  const [aliases, own] = [true, false].map((isAlias) =>
    images.filter(({ status }) => (status?.aliasOf !== undefined) === isAlias),
  );
  assert.deepEqual(
    own?.map(({ spec, status }) => `${spec.name} ${status?.digest}`).toSorted(),
    expected.toSorted(),
  );

  const repositories = await list(player, "repositories");
  assert.deepEqual(
    repositories.map(({ spec, status }) => [spec.name, status?.tagCount]).toSorted(),
    [...tags].map(([repository, there]) => [repository, there.length]).toSorted(),
  );
  const latest = new Map(repositories.map(({ spec, status }) => [spec.name, status?.latestTag ?? ""]));
  assert.deepEqual(
    aliases?.map(({ spec, status }) => `${spec.name} ${status?.digest}`).toSorted(),
    [...latest]
      .map(([repository, tag]) => {
        const digest = tags.get(repository)?.find((there) => there.tag === tag)?.digest;
        return `${repository}:latest ${digest}`;
      })
      .toSorted(),
  );
  return latest;
}

/** Every repository is found, with its latest tag, and by what the README of that image alone says. */
async function checkSearch(player: Player, latest: Map<string, string>): Promise<void> {
  const all = (
    await Promise.all(organizationsOf(player).map((name) => search(player, `organization=${name}&limit=100`)))
  ).flat();
  assert.deepEqual(all.map(({ name, latestTag }) => [name, latestTag]).toSorted(), [...latest].toSorted());
  const tags = tagsOf(player);
  for (const [repository, tag] of player.random.sample([...latest], WORDS)) {
    const word = wordOf(player, repository, tags.get(repository)?.find((there) => there.tag === tag)?.digest);
    if (word === undefined) continue;
    const names = (await search(player, `q=${word}`)).map(({ name }) => name);
    assert.ok(names.includes(repository), `${repository} is not found by ${word} of ${tag}`);
  }
}

/** The word of an image's README; none when what has the README was deleted out of an index. */
function wordOf({ ledger, library }: Player, repository: string, digest = ""): string | undefined {
  const image = library.images.get(digest);
  const isThere = [image, ...(image?.children ?? [])].every(
    (part) => part && !ledger.isAbsent({ kind: "manifest", repository, name: part.digest }),
  );
  return isThere ? image?.word : undefined;
}

function organizationsOf({ repositories }: Player): string[] {
  return [...new Set(repositories.map((repository) => repository.split("/")[0] ?? ""))];
}

async function list(player: Player, plural: string): Promise<Known[]> {
  const selector = `imagehub.sealos.io/organization in (${organizationsOf(player).join(",")})`;
  const path = `${RESOURCES}/${plural}?limit=10000&labelSelector=${encodeURIComponent(selector)}`;
  const answer = await player.send("GET", path);
  assert.equal(answer.status, 200, plural);
  return (JSON.parse(answer.bytes.toString()) as { items: Known[] }).items;
}

async function search({ send }: Player, query: string): Promise<{ name: string; latestTag?: string }[]> {
  const answer = await send("GET", `/api/v1/search?${query}`);
  assert.equal(answer.status, 200, query);
  return (JSON.parse(answer.bytes.toString()) as { items: { name: string; latestTag?: string }[] }).items;
}
