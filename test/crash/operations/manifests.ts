import type { Change, Place } from "../ledger.ts";
import type { WrittenImage } from "../library.ts";
import {
  alone,
  ask,
  blobPlace,
  manifestPlace,
  pickImage,
  pickRepository,
  pickTag,
  tagPlace,
  type Player,
} from "../player.ts";
import { doubtUnreached } from "../reach.ts";
import { pushBlob } from "./blobs.ts";

/** A new image, or one that was pushed before, with what it had then or has still. */
export async function pushImage(player: Player): Promise<boolean> {
  const { random, library } = player;
  const known = [...library.images.values()].filter(({ blobs, subject }) => blobs.size > 0 && !subject);
  const old = random.chance(0.2) ? random.pick(known) : undefined;
  const image = old ?? (await library.image(random));
  const tags = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => pickTag(player));
  return push(player, { repository: pickRepository(player), image, tags });
}

/** Sets a tag to an image that is there. */
export async function moveTag(player: Player): Promise<boolean> {
  const there = pickImage(player, { where: ({ subject }) => !subject });
  return there !== undefined && push(player, { ...there, tags: [pickTag(player)] });
}

/** An index of images, which are pushed by digest. */
export async function pushIndex(player: Player): Promise<boolean> {
  const { random, library } = player;
  const repository = pickRepository(player);
  const children = [await library.image(random), await library.image(random)];
  for (const image of children) if (!(await push(player, { repository, image, tags: [] }))) return false;
  return push(player, { repository, image: library.index(children), tags: [pickTag(player)] });
}

/** A signature of an image. */
export async function pushReferrer(player: Player): Promise<boolean> {
  const { random, library } = player;
  const signed = pickImage(player);
  if (!signed) return false;
  const image = await library.image(random, { subject: signed.image });
  return push(player, { repository: signed.repository, image, tags: [] });
}

export async function deleteTag(player: Player): Promise<boolean> {
  const { random, ledger } = player;
  const tag = random.pick(
    ledger.entries().filter((entry) => entry.kind === "tag" && !ledger.isAbsent(entry)),
  );
  if (!tag) return false;
  return alone(player, [tag], () => remove(player, tag, [{ ...tag, to: undefined }]));
}

/** Deletes a manifest, and so its tags. */
export async function deleteManifest(player: Player): Promise<boolean> {
  const { ledger } = player;
  const there = pickImage(player);
  if (!there) return false;
  const { repository, image } = there;
  const manifest = manifestPlace(repository, image.digest);
  const blobs = [...image.blobs.keys()].map((digest) => blobPlace(repository, digest));
  return alone(player, [manifest, ...blobs], async () => {
    // Nobody sets another tag to it now, since they would need its place.
    const tags = ledger
      .entries()
      .filter(
        (entry) =>
          entry.kind === "tag" && entry.repository === repository && entry.possible.has(image.digest),
      );
    return alone(player, tags, () =>
      remove(
        player,
        manifest,
        [manifest, ...tags.filter((tag) => ledger.certain(tag) === image.digest)].map((place) => ({
          ...place,
          to: undefined,
        })),
      ),
    );
  });
}

async function remove(
  player: Player,
  { repository, name, ...place }: Place,
  changes: Change[],
): Promise<boolean> {
  const isSure = player.ledger.certain({ ...place, repository, name }) !== undefined;
  return player.ledger.change(changes, async () => {
    const path = `/v2/${repository}/manifests/${name}`;
    await ask(player, { method: "DELETE", path, statuses: isSure ? [202] : [202, 404] });
    return true;
  });
}

interface Push {
  repository: string;
  image: WrittenImage;
  /** None: by digest. */
  tags: string[];
}

async function push(player: Player, { repository, image, tags }: Push): Promise<boolean> {
  const manifests = [image, ...image.children].map(({ digest }) => manifestPlace(repository, digest));
  const blobs = [...image.blobs.keys()].map((digest) => blobPlace(repository, digest));
  const tagged = [...new Set(tags)].map((tag) => tagPlace(repository, tag));
  return alone(player, [...manifests, ...blobs, ...tagged], async () => {
    for (const digest of image.blobs.keys()) await pushBlob(player, repository, digest);
    const changes = [...manifests.slice(0, 1), ...tagged].map((place) => ({ ...place, to: image.digest }));
    doubtUnreached(player);
    return player.ledger.change(changes, async () => {
      await ask(player, {
        method: "PUT",
        path: `/v2/${repository}/manifests/${referenceOf(image, tagged)}`,
        statuses: [201],
        headers: { "content-type": image.mediaType },
        body: image.manifest,
      });
      doubtUnreached(player);
      return true;
    });
  });
}

/** One tag, or the digest with `?tag=` for each. */
function referenceOf({ digest }: WrittenImage, tags: readonly Place[]): string {
  const [first] = tags;
  if (first && tags.length === 1) return first.name;
  const query = tags.map(({ name }) => `tag=${name}`).join("&");
  return query === "" ? digest : `${digest}?${query}`;
}
