import { readDump, type RowsPart } from "../../database/dump/read-dump.ts";
import { parseDigest, type Digest } from "../../oci/digest.ts";

export interface DumpedBlob {
  digest: Digest;
  sizeBytes: number;
}

/** The blobs that a dump says are stored; all of the dump is read. @throws as `readDump` */
export async function* dumpedBlobs(dump: AsyncIterable<Uint8Array>): AsyncGenerator<DumpedBlob> {
  for await (const part of readDump(dump)) {
    if ("rows" in part && part.table === "blobs") yield* liveBlobs(part);
  }
}

/** One that is `storing` need not be there yet, one that is `deleting` need not be there any more. */
function* liveBlobs({ columns, rows }: RowsPart): Generator<DumpedBlob> {
  const [digest, size, state] = ["digest", "size", "state"].map((name) => columns.indexOf(name));
  for (const row of rows) {
    if (row[state ?? -1] !== "live") continue;
    yield { digest: parseDigest(String(row[digest ?? -1])), sizeBytes: Number(row[size ?? -1]) };
  }
}
