import assert from "node:assert/strict";
import { digestOf } from "../../../src/oci/digest.ts";
import { onlyOne, type Entry, type Value } from "../ledger.ts";
import type { Player } from "../player.ts";
import { referrersOf, requiredOf } from "../reach.ts";

/** Of what was read after an earlier start; all is read at the end. */
const OLDER_ENTRIES = 60;
const READS_AT_ONCE = 8;

/** Reads what was written since the last check, and of the rest some or all, byte for byte; then the lists. */
export async function checkStored(player: Player, { all }: { all: boolean }): Promise<void> {
  const { ledger, library, random } = player;
  const entries = ledger.entries();
  const older = entries.filter(({ isRecent }) => !isRecent);
  const read = [
    ...entries.filter(({ isRecent }) => isRecent),
    ...(all ? older : random.sample(older, OLDER_ENTRIES)),
  ];
  const required = requiredOf(ledger, library);
  for (let at = 0; at < read.length; at += READS_AT_ONCE) {
    await Promise.all(
      read.slice(at, at + READS_AT_ONCE).map((entry) => checkEntry(player, entry, required.has(entry))),
    );
  }
  for (const repository of player.repositories) await checkTags(player, repository);
  await checkReferrers(player, all ? Infinity : OLDER_ENTRIES);
}

async function checkEntry(player: Player, entry: Entry, isRequired: boolean): Promise<void> {
  const found = await readEntry(player, entry);
  const may = entry.possible.has(found) || (found === undefined && !isRequired);
  const expected = [...entry.possible, ...(isRequired ? [] : [undefined])].map(String).join(" or ");
  assert.ok(may, `${entry.kind} ${entry.name} of ${entry.repository} is ${found}, expected ${expected}`);
  player.ledger.find(entry, found);
}

/** @returns the digest of what is there, whose bytes are those that were pushed */
async function readEntry({ send, library }: Player, { kind, repository, name }: Entry): Promise<Value> {
  const path = `/v2/${repository}/${kind === "blob" ? "blobs" : "manifests"}/${name}`;
  const answer = await send("GET", path);
  if (answer.status === 404) return undefined;
  assert.equal(answer.status, 200, path);
  const digest = kind === "blob" ? name : (answer.headers.get("docker-content-digest") ?? "");
  assert.ok(kind === "blob" || library.images.has(digest), `${path} is ${digest}, which nobody pushed`);
  assert.equal(digestOf(answer.bytes), digest, path);
  return digest;
}

/** The list is what can be asked for by name, in order, however it is paged, and the hub's `latest`. */
async function checkTags({ send, ledger, random }: Player, repository: string): Promise<void> {
  const tags = ledger
    .entries()
    .filter((entry) => entry.kind === "tag" && entry.repository === repository && !ledger.isAbsent(entry))
    .map(({ name }) => name);
  const expected = tags.length === 0 ? [] : [...tags, "latest"].toSorted();
  const listed: string[] = [];
  let next: string | undefined = `/v2/${repository}/tags/list?n=${random.integer(1, 20)}`;
  while (next !== undefined) {
    const answer = await send("GET", next);
    if (answer.status === 404) break;
    listed.push(...(JSON.parse(answer.bytes.toString()) as { tags: string[] }).tags);
    next = /<([^>]+)>/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  assert.deepEqual(listed, expected, `tags of ${repository}`);
}

/** Each list of referrers is of the manifests that are there, those that may have been collected or not left out. */
async function checkReferrers({ send, ledger, library, random }: Player, most: number): Promise<void> {
  const entries = ledger.entries();
  const sure = new Set(
    [...requiredOf(ledger, library)].map(({ repository, name }) => `${repository} ${name}`),
  );
  for (const [key, possible] of random.sample([...referrersOf(entries, library)], most)) {
    const [repository = "", subject = ""] = key.split(" ");
    const answer = await send("GET", `/v2/${repository}/referrers/${subject}`);
    const { manifests } = JSON.parse(answer.bytes.toString()) as { manifests: { digest: string }[] };
    const listed = manifests.map(({ digest }) => digest);
    const unexpected = listed.filter((digest) => !possible.includes(digest));
    const missing = possible.filter(
      (digest) => sure.has(`${repository} ${digest}`) && !listed.includes(digest),
    );
    assert.deepEqual({ unexpected, missing }, { unexpected: [], missing: [] }, `referrers of ${key}`);
  }
}

/** The tags that are there, by repository. */
export function tagsOf({ ledger }: Player): Map<string, { tag: string; digest: string }[]> {
  const tags = new Map<string, { tag: string; digest: string }[]>();
  for (const entry of ledger.entries()) {
    const digest = entry.kind === "tag" ? onlyOne(entry) : undefined;
    if (digest === undefined) continue;
    const { repository, name } = entry;
    tags.set(repository, [...(tags.get(repository) ?? []), { tag: name, digest }]);
  }
  return tags;
}
