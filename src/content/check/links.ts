import type { Digest } from "../../oci/digest.ts";
import type { CheckRun } from "./check-run.ts";
import { imagesWithBlob } from "./images.ts";
import { inPages, PAGE_ROWS } from "./pages.ts";
import { insertBlobRow } from "./rows.ts";

/** Looks for blobs that repositories have, and that are in no list of blobs. */
export async function checkLinks(run: CheckRun): Promise<void> {
  run.enter("links");
  const { read } = run.database;
  const rows = inPages<LinkRow>({ repository_id: 0, digest: "", blob: "" }, ({ repository_id, digest }) =>
    read
      .selectFrom((from) =>
        from
          .selectFrom("repository_blobs")
          .select(["repository_id", "digest"])
          .where((eb) => eb(eb.refTuple("repository_id", "digest"), ">", eb.tuple(repository_id, digest)))
          .orderBy("repository_id")
          .orderBy("digest")
          .limit(PAGE_ROWS)
          .as("page"),
      )
      .leftJoin("blobs", "blobs.digest", "page.digest")
      .select(["page.repository_id", "page.digest", "blobs.digest as blob"])
      .orderBy("page.repository_id")
      .orderBy("page.digest")
      .execute(),
  );
  for await (const { digest, blob } of rows) {
    if (blob === null) await missingRow(run, digest as Digest);
    await run.next();
  }
}

interface LinkRow {
  repository_id: number;
  digest: string;
  blob: string | null;
}

async function missingRow(run: CheckRun, digest: Digest): Promise<void> {
  const where = await imagesWithBlob(run.database.read, digest);
  if (run.repair) await run.database.write((transaction) => insertBlobRow(transaction, run, digest));
  run.add({
    kind: "blob-row-missing",
    what: digest,
    where,
    repaired: run.repair ? "it is listed again; its bytes are looked for next" : undefined,
  });
}
