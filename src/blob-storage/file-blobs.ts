import { dirname, join } from "node:path";
import { type Digest, type DigestAlgorithm, isDigest } from "../oci/digest.ts";
import { BlobNotFoundError } from "./errors.ts";
import { type Files, namesIn, openToRead, sizeOf, unless, whatIsKnownOf } from "./files.ts";
import type { Folders } from "./folders.ts";
import type { Layout } from "./layout.ts";
import type { BlobStorage, StoredBlob } from "./port.ts";
import { streamOf } from "./read-stream.ts";
import { sendFile } from "./send-file.ts";

/** What file storage does with blobs that are whole. */
export function createFileBlobs(
  layout: Layout,
  { files, folders }: { files: Files; folders: Folders },
): Pick<BlobStorage, "stat" | "read" | "send" | "delete" | "list"> {
  return {
    stat: (digest) => sizeOf(files, layout.blobFile(digest)),

    async read(digest, range) {
      const file = await openBlob(digest, { layout, files });
      return streamOf(file, { files, range });
    },

    async send(digest, sink, { range, onOpen } = {}) {
      const file = await openBlob(digest, { layout, files });
      try {
        const part = range ?? { start: 0, end: (await files.fstat(file)).size - 1 };
        onOpen?.();
        await sendFile(file, sink, { files, ...part });
      } finally {
        await files.close(file);
      }
    },

    async delete(digest) {
      const folder = layout.blobFolder(digest);
      await unless(["ENOENT"], files.unlink(layout.blobFile(digest)));
      await unless(["ENOENT", "ENOTEMPTY"], files.rmdir(folder));
      await unless(["ENOENT"], folders.sync(folder));
      await unless(["ENOENT"], folders.sync(dirname(folder)));
    },

    async *list() {
      for (const algorithm of ALGORITHMS) {
        for await (const prefix of namesIn(files, layout.blobFolders(algorithm))) {
          yield* listFolder(prefix, { algorithm, layout, files });
        }
      }
    },
  };
}

async function openBlob(
  digest: Digest,
  { layout, files }: { layout: Layout; files: Files },
): Promise<number> {
  const file = await openToRead(files, layout.blobFile(digest));
  if (file === undefined) {
    throw new BlobNotFoundError(digest);
  }
  return file;
}

/** What is no blob (a folder whose blob is gone, what somebody put there) is passed over. */
async function* listFolder(
  prefix: string,
  { algorithm, layout, files }: { algorithm: DigestAlgorithm; layout: Layout; files: Files },
): AsyncGenerator<StoredBlob> {
  for await (const hex of namesIn(files, join(layout.blobFolders(algorithm), prefix))) {
    const digest = `${algorithm}:${hex}`;
    if (isDigest(digest)) {
      const known = await whatIsKnownOf(files, layout.blobFile(digest));
      if (known !== undefined) {
        yield { digest, ...known };
      }
    }
  }
}

const ALGORITHMS: DigestAlgorithm[] = ["sha256", "sha512"];
