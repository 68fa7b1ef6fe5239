import type { Queryable, WriteTransaction } from "../../database/database.ts";
import type { CheckRun } from "./check-run.ts";
import { inPages, PAGE_ROWS } from "./pages.ts";

/** Transactions commit in another order than they looked at the clock: so much older is no sign of a mistake. */
const ORDER_KNOWN_TO_MS = 60_000;

/** Looks at each repository's newest tag, and for content of repositories that are not there. */
export async function checkRepositories(run: CheckRun): Promise<void> {
  run.enter("repositories");
  const rows = inPages({ id: 0, name: "" }, ({ id }) =>
    run.database.read
      .selectFrom("repositories")
      .select(["id", "name"])
      .where("id", ">", id)
      .orderBy("id")
      .limit(PAGE_ROWS)
      .execute(),
  );
  for await (const { id, name } of rows) {
    if (await isNewestWrong(run.database.read, id)) await wrongNewest(run, { id, name });
    await run.next();
  }
  for (const table of OWNED) await checkOwners(run, table);
}

async function wrongNewest(run: CheckRun, { id, name }: { id: number; name: string }): Promise<void> {
  const isWrong = await run.database.write(async (transaction) => {
    await lockRepository(transaction, run, id);
    const stillWrong = await isNewestWrong(transaction, id);
    if (stillWrong && run.repair) {
      const newest = (await newestImage(transaction, id))?.name ?? null;
      await transaction
        .updateTable("repositories")
        .set({ newest_tag: newest })
        .where("id", "=", id)
        .execute();
    }
    return stillWrong;
  });
  if (!isWrong) return;
  run.add({
    kind: "newest-tag-wrong",
    what: name,
    repaired: run.repair ? "the newest tag was noted" : undefined,
  });
}

async function isNewestWrong(queryable: Queryable, id: number): Promise<boolean> {
  const noted = await queryable
    .selectFrom("repositories")
    .leftJoin("tags", (join) =>
      join.onRef("tags.repository_id", "=", "repositories.id").onRef("tags.name", "=", "newest_tag"),
    )
    .select(["newest_tag", "tags.pushed_at", "tags.artifact"])
    .where("id", "=", id)
    .executeTakeFirst();
  const newest = await newestImage(queryable, id);
  if (!noted) return false;
  if (!newest) return noted.newest_tag !== null && noted.pushed_at === null;
  return noted.artifact !== 0 || newest.pushed_at - (noted.pushed_at ?? 0) > ORDER_KNOWN_TO_MS;
}

function newestImage(queryable: Queryable, id: number) {
  return queryable
    .selectFrom("tags")
    .select(["name", "pushed_at"])
    .where("repository_id", "=", id)
    .where("artifact", "=", 0)
    .orderBy("pushed_at", "desc")
    .orderBy("name", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** What belongs to a repository. */
const OWNED = ["manifests", "repository_blobs", "tags", "uploads"] as const;

/** Goes from one repository's rows to those of the next, and looks whether it is there. */
async function checkOwners(run: CheckRun, table: (typeof OWNED)[number]): Promise<void> {
  for (let last = 0; ;) {
    const row = await run.database.read
      .selectFrom(table)
      .leftJoin("repositories", "repositories.id", "repository_id")
      .select(["repository_id", "repositories.id as owner"])
      .where("repository_id", ">", last)
      .orderBy("repository_id")
      .limit(1)
      .executeTakeFirst();
    if (!row) return;
    if (row.owner === null)
      run.add({ kind: "repository-missing", what: `repository ${row.repository_id}`, detail: table });
    last = row.repository_id;
    await run.next();
  }
}

async function lockRepository(
  transaction: WriteTransaction,
  { database }: CheckRun,
  id: number,
): Promise<void> {
  await transaction
    .selectFrom("repositories")
    .select("id")
    .where("id", "=", id)
    .$if(database.kind === "postgres", (rows) => rows.forUpdate())
    .execute();
}
