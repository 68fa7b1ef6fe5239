import { pipeline } from "node:stream/promises";
import type { Extract } from "tar-stream";
import type { Descriptor } from "../oci/manifest.ts";
import { readBlob, type BlobSource } from "./blob-source.ts";
import type { Budget } from "./budget.ts";
import { unpack } from "./compression.ts";
import { StorageReadError, UnavailableError } from "./errors.ts";
import { parseEntryPath, type LayerPath } from "./layer-path.ts";
import { createTarReader } from "./tar.ts";

/** One entry of a layer, valid until the next is asked for. */
export interface LayerEntry {
  /** Undefined when the entry climbs out of the root: it is nowhere, and runtimes refuse it. */
  path: LayerPath | undefined;
  /** The path as written. */
  name: string;
  kind: "file" | "directory" | "symlink" | "hardLink" | "other";
  /** Of a link: where it points, as written. */
  target: string;
  /** The first `maxBytes` of a file. @throws UnavailableError, StorageReadError */
  read(maxBytes: number): Promise<FileStart>;
}

export interface FileStart {
  bytes: Buffer;
  /** The file is longer. */
  isCut: boolean;
}

/**
 * The entries of a layer in their order, streamed; leaving the loop ends the reading.
 * @throws UnavailableError, StorageReadError
 */
export async function* readLayer(
  layer: Descriptor,
  source: BlobSource,
  budget: Budget,
): AsyncGenerator<LayerEntry> {
  if (layer.mediaType.endsWith("+encrypted")) {
    throw new UnavailableError("LayerEncrypted", `Cannot read layer ${layer.digest}: it is encrypted`);
  }
  // Extended headers are held in memory: tar-stream refuses those above 4 MiB.
  const tar = createTarReader();
  const reading = pipeline(unpackedBytes(layer, source, budget), tar);
  // Its failure reaches the loop below through `tar`; without a handler here it would end the process.
  reading.catch(() => {});
  /** An entry says only that the archive ended: why it did, the reading knows. */
  const causeOf = async (told: unknown): Promise<Error> => {
    const [end] = await Promise.allSettled([reading]);
    return asFinding(end.status === "rejected" ? end.reason : told, layer);
  };
  try {
    for await (const entry of tar) {
      budget.addEntry();
      yield layerEntry(entry, causeOf);
      entry.resume();
    }
    await reading;
  } catch (error) {
    throw asFinding(error, layer);
  } finally {
    tar.destroy();
  }
}

async function* unpackedBytes(
  layer: Descriptor,
  source: BlobSource,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  const stored = readBlob(layer, source, budget.addCompressed);
  for await (const chunk of unpack(stored, layer.digest)) {
    budget.addUnpacked(chunk.length);
    yield chunk;
  }
}

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

function layerEntry(entry: Entry, causeOf: (error: unknown) => Promise<Error>): LayerEntry {
  const { name, type, linkname } = entry.header;
  return {
    path: parseEntryPath(name),
    name,
    kind: kindOf(type),
    target: linkname ?? "",
    read: (maxBytes) =>
      readStart(entry, maxBytes).catch(async (error: unknown) => {
        throw await causeOf(error);
      }),
  };
}

function kindOf(type: Entry["header"]["type"]): LayerEntry["kind"] {
  switch (type) {
    case "file":
    case "contiguous-file":
      return "file";
    case "link":
      return "hardLink";
    case "directory":
    case "symlink":
      return type;
    default:
      return "other";
  }
}

async function readStart(entry: Entry, maxBytes: number): Promise<FileStart> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to the end even when enough is there: stopping would end the whole layer.
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    if (size < maxBytes) chunks.push(chunk);
    size += chunk.length;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isCut: size > maxBytes };
}

function asFinding(error: unknown, layer: Descriptor): Error {
  if (error instanceof UnavailableError || error instanceof StorageReadError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new UnavailableError("LayerCorrupt", `Cannot read layer ${layer.digest}: ${why}`, { cause: error });
}
