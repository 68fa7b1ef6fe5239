import type { Queryable } from "../database/database.ts";
import { prepareStatement } from "../database/prepared.ts";
import type { Tag } from "../oci/reference.ts";

/** Makes a tag, which an image was just pushed to, its repository's newest: `latest` stands for that. */
export async function setNewestTag(transaction: Queryable, id: number, newest: Tag): Promise<void> {
  await setNewest.all(transaction, { id, newest });
}

/**
 * Finds a repository's newest image anew, after tags were deleted, restored, or taken by artifacts. The row is written,
 * and so locked, before tags are looked at: PostgreSQL would wait for a push within one statement, and then go on with
 * the tags that it saw before.
 */
export async function findNewestTag(transaction: Queryable, id: number): Promise<void> {
  await lock.all(transaction, { id });
  await findNewest.all(transaction, { id });
}

const setNewest = prepareStatement((queryable, { id, newest }: { id: number; newest: Tag }) =>
  queryable.updateTable("repositories").set({ newest_tag: newest }).where("id", "=", id),
);

const lock = prepareStatement((queryable, { id }: { id: number }) =>
  queryable
    .updateTable("repositories")
    .set((eb) => ({ newest_tag: eb.ref("newest_tag") }))
    .where("id", "=", id),
);

const findNewest = prepareStatement((queryable, { id }: { id: number }) =>
  queryable
    .updateTable("repositories")
    .set({
      newest_tag: (eb) =>
        eb
          .selectFrom("tags")
          .select("tags.name")
          .where("repository_id", "=", id)
          .where("artifact", "=", 0)
          .orderBy("pushed_at", "desc")
          .orderBy("tags.name", "desc")
          .limit(1),
    })
    .where("id", "=", id),
);
