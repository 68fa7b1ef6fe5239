import {
  isRepositoryName,
  organizationOf,
  parseRepositoryName,
  parseTag,
  type RepositoryName,
  type Tag,
} from "../../oci/reference.ts";
import { OciError } from "../../oci/errors.ts";
import { dateTags, timeOf } from "./date-tags.ts";
import { orSkip, SkipError, type ImportRun } from "./import-run.ts";
import { importManifest, IMPORTED_BY, type Target } from "./manifests.ts";
import { inParallel } from "./in-parallel.ts";
import type { TreeTag } from "./tree.ts";

/** Manifests taken at once: while one waits for the disk, another is hashed. */
const AT_ONCE = 4;

/** Takes a repository: its tags first, then the manifests that no tag names. */
export async function importRepository(run: ImportRun, nameInTree: string): Promise<void> {
  await orSkip(run, nameInTree, async () => {
    if (!(await run.tree.hasRepository(nameInTree)))
      throw new SkipError("broken link", "it is a symbolic link to a folder that is not there");
    const name = await nameFor(run, nameInTree);
    const target: Target = { name, nameInTree, id: await ensureRepository(run, name) };
    await inParallel(run.tree.tags(nameInTree), AT_ONCE, (tag) => importTag(run, target, tag));
    await inParallel(run.tree.manifests(nameInTree), AT_ONCE, async (digest) => {
      if (!run.skipped.has(digest))
        await orSkip(run, `${name}@${digest}`, () => importManifest(run, target, { digest }));
      await run.giveWay();
    });
    await dateTags(run, target);
  });
}

/** @throws SkipError when the hub has no place for a repository of this name */
async function nameFor({ tree, options }: ImportRun, nameInTree: string): Promise<RepositoryName> {
  if (isRepositoryName(nameInTree)) return nameInTree;
  const { organization } = options;
  if (organization === undefined && !nameInTree.includes("/"))
    throw new SkipError(
      "no organization",
      `a repository belongs to an organization: import with --organization library to have library/${nameInTree}`,
    );
  const wanted = nameInTree.includes("/") ? nameInTree : `${organization}/${nameInTree}`;
  if (wanted !== nameInTree && (await tree.hasRepository(wanted)))
    throw new SkipError("name not allowed", `${wanted} is another repository of the tree`);
  return inSkip("name not allowed", () => parseRepositoryName(wanted));
}

async function ensureRepository(
  { database, repositories, options }: ImportRun,
  name: RepositoryName,
): Promise<number> {
  const { owner, visibility = "private" } = options;
  const organization = await database.read
    .selectFrom("organizations")
    .select("name")
    .where("name", "=", organizationOf(name))
    .executeTakeFirst();
  return repositories.ensure(name, { visibility, ...(!organization && { newOrganizationOwner: owner }) });
}

async function importTag(run: ImportRun, target: Target, treeTag: TreeTag): Promise<void> {
  const { name, digest } = treeTag;
  const what = `${target.name}:${name}`;
  await orSkip(run, what, async () => {
    const tag = inSkip("name not allowed", () => parseTag(name));
    if (digest === undefined) throw new SkipError("broken link", "the tag's link names no digest");
    const setAt = timeOf(run, treeTag);
    if (await isThere(run, target, { tag, digest, setAt })) return;
    await importManifest(run, target, { digest, tag: { name: tag, setAt } });
    run.report.tags += 1;
  });
  await run.giveWay();
}

/**
 * Whether the tag stays as it is here: at this image, or at one of another tree in which it was set later.
 * @throws SkipError when somebody pushed another image by this name: it is newer than what the tree has
 */
async function isThere(
  { tags }: ImportRun,
  { name }: Target,
  { tag, digest, setAt }: { tag: Tag; digest: string; setAt: Date },
): Promise<boolean> {
  const found = await tags.find(name, tag);
  if (!found || found.aliasOf !== undefined) return false;
  if (found.digest === digest) return true;
  if (found.pushedBy === IMPORTED_BY) return found.pushedAt >= setAt;
  throw new SkipError("tag taken", `${found.pushedBy} pushed another image by this tag to the hub`);
}

function inSkip<T>(reason: "name not allowed", work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof OciError) throw new SkipError(reason, error.message, { cause: error });
    throw error;
  }
}
