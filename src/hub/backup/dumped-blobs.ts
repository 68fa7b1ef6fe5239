import { readDump, type RowsPart } from "../../database/dump/read-dump.ts";
import { parseDigest, type Digest } from "../../oci/digest.ts";

export interface DumpedBlob {
  digest: Digest;
  sizeBytes: number;
}

/**
 * The blobs that a dump says are stored, and those that a repair found lost while images have them; all of the dump is
 * read. @throws as `readDump`
 */
export async function* dumpedBlobs(dump: AsyncIterable<Uint8Array>): AsyncGenerator<DumpedBlob> {
  // Of uploads under way, of what a collection removes, and of what is lost: few.
  const notLive = new Map<unknown, DumpedBlob>();
  for await (const part of readDump(dump)) {
    if (!("rows" in part)) continue;
    if (part.table === "blobs") yield* liveBlobs(part, notLive);
    // One that is `storing` need not be there yet, nor one that is `deleting` any more, unless something holds it.
    if (HOLDERS.has(part.table)) yield* heldBlobs(part, notLive);
  }
}

/** The tables by which a repository has a blob, or would have it again; they come after the blobs. */
const HOLDERS = new Set(["repository_blobs", "deletion_blobs"]);

function* liveBlobs({ columns, rows }: RowsPart, notLive: Map<unknown, DumpedBlob>): Generator<DumpedBlob> {
  const [digest, size, state] = ["digest", "size", "state"].map((name) => columns.indexOf(name));
  for (const row of rows) {
    const blob = { digest: parseDigest(String(row[digest ?? -1])), sizeBytes: Number(row[size ?? -1]) };
    if (row[state ?? -1] === "live") yield blob;
    else notLive.set(blob.digest, blob);
  }
}

function* heldBlobs({ columns, rows }: RowsPart, notLive: Map<unknown, DumpedBlob>): Generator<DumpedBlob> {
  const digest = columns.indexOf("digest");
  for (const row of rows) {
    const blob = notLive.get(row[digest]);
    if (blob) yield blob;
    notLive.delete(row[digest]);
  }
}
