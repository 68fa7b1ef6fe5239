import { isTag, type Tag } from "../../oci/reference.ts";
import { inBatches } from "../batches.ts";
import { afterTagsChanged } from "../tags.ts";
import type { ImportRun } from "./import-run.ts";
import { IMPORTED_BY, type Target } from "./manifests.ts";
import type { TreeTag } from "./tree.ts";

/** Tags of one transaction: some milliseconds. */
const TAGS_A_WRITE = 100;

/**
 * Tags get the times at which they were set in the tree, so that the newest is the newest, and of several trees the one
 * in which a tag was set last has its say. This is for those that were here, and were set to the same image once more.
 * Manifests keep the time of their import: what no tag names stays as long as if it had been pushed now.
 */
export async function dateTags(run: ImportRun, target: Target): Promise<void> {
  for await (const tags of inBatches(run.tree.tags(target.nameInTree), TAGS_A_WRITE)) {
    if (await areDated(run, target, tags)) continue;
    await run.database.write(async (transaction) => {
      const dated: Tag[] = [];
      for (const tag of tags) {
        const { name, digest } = tag;
        const setAt = timeOf(run, tag).getTime();
        if (digest === undefined || !isTag(name)) continue;
        const changed = await transaction
          .updateTable("tags")
          .set({ pushed_at: setAt })
          .where("repository_id", "=", target.id)
          .where("name", "=", name)
          .where("digest", "=", digest)
          .where("pushed_by", "=", IMPORTED_BY)
          .where("pushed_at", "<", setAt)
          .returning("name")
          .execute();
        if (changed.length > 0) dated.push(name);
      }
      const { id, name: repository } = target;
      if (dated.length > 0)
        await afterTagsChanged(transaction, { id, repository, tags: dated, now: run.now() });
    });
    run.dirtyKeys.ring();
    await run.giveWay();
  }
}

async function areDated(run: ImportRun, { id }: Target, tags: readonly TreeTag[]): Promise<boolean> {
  const rows = await run.database.read
    .selectFrom("tags")
    .select(["name", "digest", "pushed_at"])
    .where("repository_id", "=", id)
    .where(
      "name",
      "in",
      tags.map(({ name }) => name),
    )
    .where("pushed_by", "=", IMPORTED_BY)
    .execute();
  const byName = new Map(tags.map((tag) => [tag.name, tag]));
  return rows.every((row) => {
    const tag = byName.get(row.name);
    return tag?.digest !== row.digest || timeOf(run, tag).getTime() <= row.pushed_at;
  });
}

/** When a tag was set: whole milliseconds; a clock that was wrong makes no tag newer than all that come. */
export function timeOf({ now }: Pick<ImportRun, "now">, { setAt }: TreeTag): Date {
  return new Date(Math.min(Math.floor(setAt.getTime()), now()));
}
