import type { Digest } from "../../oci/digest.ts";
import type { CheckRun } from "./check-run.ts";
import { missingManifest } from "./missing-manifest.ts";
import { inPages, PAGE_ROWS } from "./pages.ts";

/** Looks for tags whose manifest their repository does not have. */
export async function checkTags(run: CheckRun): Promise<void> {
  run.enter("tags");
  const first: TagRow = { repository_id: 0, name: "", digest: "", manifest: "" };
  const rows = inPages(first, ({ repository_id, name }) =>
    run.database.read
      .selectFrom((from) =>
        from
          .selectFrom("tags")
          .select(["repository_id", "name", "digest"])
          .where((eb) => eb(eb.refTuple("repository_id", "name"), ">", eb.tuple(repository_id, name)))
          .orderBy("repository_id")
          .orderBy("name")
          .limit(PAGE_ROWS)
          .as("page"),
      )
      .leftJoin("manifests", (join) =>
        join
          .onRef("manifests.repository_id", "=", "page.repository_id")
          .onRef("manifests.digest", "=", "page.digest"),
      )
      .select(["page.repository_id", "page.name", "page.digest", "manifests.digest as manifest"])
      .orderBy("page.repository_id")
      .orderBy("page.name")
      .execute(),
  );
  for await (const { repository_id, digest, manifest } of rows) {
    if (manifest === null)
      await missingManifest(run, { repositoryId: repository_id, digest: digest as Digest });
    await run.next();
  }
}

interface TagRow {
  repository_id: number;
  name: string;
  digest: string;
  manifest: string | null;
}
