import type { StoredBlob } from "../../blob-storage/port.ts";
import type { Queryable } from "../../database/database.ts";
import { inBatches } from "../batches.ts";
import { listQuarantined } from "../quarantine.ts";
import type { CheckRun } from "./check-run.ts";
import { PAGE_ROWS } from "./pages.ts";

/** Notes bytes in storage that the database does not know, and those set aside: no damage, but room. */
export async function checkStored(run: CheckRun): Promise<void> {
  run.enter("stored");
  await noteUnknown(run);
  for await (const { name, sizeBytes } of listQuarantined(run.storage)) {
    run.add({ kind: "blob-set-aside", what: name, detail: `${sizeBytes} bytes` });
    await run.next();
  }
}

async function noteUnknown(run: CheckRun): Promise<void> {
  for await (const blobs of inBatches(run.storage.list(), PAGE_ROWS)) {
    for (const { digest } of await unknown(run.database.read, blobs)) {
      // A collection removes the bytes before the row, and an upload makes the row before the bytes.
      if ((await run.storage.stat(digest)) !== undefined && (await isUnknown(run, digest)))
        run.add({ kind: "bytes-without-row", what: digest });
    }
    await run.next({ items: blobs.length });
  }
}

async function isUnknown({ database }: CheckRun, digest: StoredBlob["digest"]): Promise<boolean> {
  return (await unknown(database.read, [{ digest }])).length > 0;
}

/** Those that are neither a blob nor a manifest, which an import leaves where it lies. */
async function unknown<Blob extends Pick<StoredBlob, "digest">>(
  queryable: Queryable,
  blobs: readonly Blob[],
): Promise<Blob[]> {
  const digests = blobs.map(({ digest }) => digest);
  const known = new Set<string>();
  for (const table of ["blobs", "manifest_contents"] as const) {
    const rows = await queryable.selectFrom(table).select("digest").where("digest", "in", digests).execute();
    for (const row of rows) known.add(row.digest);
  }
  return blobs.filter(({ digest }) => !known.has(digest));
}
