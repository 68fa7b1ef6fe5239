import type { Digest } from "../../../src/oci/digest.ts";
import { alone, ask, beginUpload, blobPlace, locationOf, pickRepository, type Player } from "../player.ts";
import { finishAtOnce, finishInParts } from "./uploads.ts";

/** What a HEAD by a pusher keeps a blob for, at least. */
const HELD_MS = 12 * 60 * 60 * 1000;

/** A blob that no manifest names yet. */
export async function pushLooseBlob(player: Player): Promise<boolean> {
  const { random, library } = player;
  const repository = pickRepository(player);
  const digest = library.blob(random.bytes(random.integer(0, 50_000)));
  return alone(player, [blobPlace(repository, digest)], () => pushBlob(player, repository, digest));
}

/** Pushes a blob in one of the ways that clients have, unless it is there. The caller has its place for itself. */
export async function pushBlob(player: Player, repository: string, digest: string): Promise<boolean> {
  const { random } = player;
  if (await isThere(player, repository, digest)) return true;
  if (random.chance(0.3) && (await mount(player, repository, digest))) return true;
  if (random.chance(0.3)) return pushWhole(player, repository, digest);
  const session = await beginUpload(player, { repository, digest });
  return random.chance(0.5) ? finishAtOnce(player, session) : finishInParts(player, session);
}

/** Takes a blob from a repository that needs it no more, or is refused. */
export async function deleteBlob(player: Player): Promise<boolean> {
  const { random, ledger } = player;
  const blob = random.pick(
    ledger.entries().filter(({ kind, possible, name }) => kind === "blob" && possible.has(name)),
  );
  if (!blob) return false;
  return alone(player, [blob], () =>
    ledger.change([{ ...blob, to: undefined }], async () => {
      const path = `/v2/${blob.repository}/blobs/${blob.name}`;
      const { status } = await ask(player, {
        method: "DELETE",
        path,
        statuses: statusesOfDelete(player, blob),
      });
      return status !== 405;
    }),
  );
}

function statusesOfDelete({ ledger, library }: Player, blob: { repository: string; name: string }): number[] {
  const users = ledger
    .entries()
    .filter(
      ({ kind, repository, name, possible }) =>
        kind === "manifest" &&
        repository === blob.repository &&
        possible.has(name) &&
        library.images.get(name)?.blobs.has(blob.name as Digest),
    );
  const isNeeded = users.some((user) => ledger.certain(user) !== undefined);
  if (isNeeded) return [405];
  return users.length > 0 ? [202, 404, 405] : [202, 404];
}

async function isThere(player: Player, repository: string, digest: string): Promise<boolean> {
  const { ledger } = player;
  const place = blobPlace(repository, digest);
  const statuses = ledger.certain(place) !== undefined ? [200] : ledger.isAbsent(place) ? [404] : [200, 404];
  const path = `/v2/${repository}/blobs/${digest}`;
  const { status } = await ask(player, { method: "HEAD", path, statuses });
  if (status !== 200) return false;
  ledger.find(place, digest, { keptMs: HELD_MS });
  return true;
}

async function pushWhole(player: Player, repository: string, digest: string): Promise<boolean> {
  const { ledger, library } = player;
  const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
  return ledger.change([{ ...blobPlace(repository, digest), to: digest }], async () => {
    const body = library.blobs.get(digest) ?? Buffer.alloc(0);
    await ask(player, { method: "POST", path, statuses: [201], body });
    return true;
  });
}

/** @returns false when no other repository has the blob */
async function mount(player: Player, repository: string, digest: string): Promise<boolean> {
  const { random, ledger } = player;
  const sources = ledger
    .entries()
    .filter(({ kind, name, possible }) => kind === "blob" && name === digest && possible.has(digest));
  const from = random.pick(sources.filter((source) => source.repository !== repository));
  // Somebody who takes the blob from there meanwhile would make both answers right.
  const release = from && ledger.claim([from]);
  if (!release) return false;
  try {
    const path = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${from.repository}`;
    let refused: string | undefined;
    const mounted = await ledger.change([{ ...blobPlace(repository, digest), to: digest }], async () => {
      const statuses = ledger.certain(from) === undefined ? [201, 202] : [201];
      const answer = await ask(player, { method: "POST", path, statuses });
      if (answer.status === 202) refused = locationOf(answer);
      return answer.status === 201;
    });
    if (mounted || refused === undefined) return mounted;
    return finishAtOnce(player, await beginUpload(player, { repository, digest, location: refused }));
  } finally {
    release();
  }
}
