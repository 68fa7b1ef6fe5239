import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { matchesAny, requireMatch } from "./conditions.ts";
import { asksForPush, requireAccess, sendEmpty, type Exchange } from "./exchange.ts";
import { parseRange, type ByteRange } from "./range.ts";

interface BlobTarget {
  name: RepositoryName;
  digest: Digest;
}

/** `GET` and `HEAD /v2/NAME/blobs/DIGEST` */
export async function getBlob(exchange: Exchange, { name, digest }: BlobTarget): Promise<void> {
  const { request, response, content } = exchange;
  await requireAccess(exchange, name, "pull");
  const forPush = await asksForPush(exchange, name);
  const sizeBytes = await content.blobs.stat(name, digest, { forPush });
  if (sizeBytes === undefined) throw unknown(name, digest);
  const etag = `"${digest}"`;
  requireMatch(request.headers["if-match"], etag);
  if (matchesAny(request.headers["if-none-match"], etag)) return sendEmpty(response, 304, { etag });
  const range = rangeOf(exchange, { sizeBytes, etag });
  const writeHead = () =>
    response.writeHead(range ? 206 : 200, blobHeaders({ digest, sizeBytes, range, etag }));
  if (request.method === "HEAD" || sizeBytes === 0) {
    writeHead().end();
    return;
  }
  const url = await content.blobs.redirectUrl(digest);
  if (url !== undefined) {
    sendEmpty(response, 307, { location: url, "docker-content-digest": digest, "cache-control": "no-store" });
    return;
  }
  // A client that goes away in the middle is no failure of the hub.
  await content.blobs
    .send(digest, response, { range, onOpen: writeHead })
    .catch((error: NodeJS.ErrnoException) => {
      if (!GONE_CODES.has(error.code ?? "")) throw error;
    });
}

/** What a stream meets whose other side has gone, or was cut off. */
const GONE_CODES = new Set([
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
  "ECONNRESET",
  "EPIPE",
  "ECANCELED",
]);

/** `DELETE /v2/NAME/blobs/DIGEST` */
export async function deleteBlob(exchange: Exchange, { name, digest }: BlobTarget): Promise<void> {
  await requireAccess(exchange, name, "delete");
  if (!(await exchange.content.blobs.delete(name, digest))) throw unknown(name, digest);
  sendEmpty(exchange.response, 202);
}

/** A range of another version than the client has (If-Range) is the whole blob. */
function rangeOf(
  { request, response }: Exchange,
  blob: { sizeBytes: number; etag: string },
): ByteRange | undefined {
  const condition = request.headers["if-range"];
  if (request.method === "HEAD" || (condition !== undefined && condition !== blob.etag)) return undefined;
  try {
    return parseRange(request.headers.range, blob.sizeBytes);
  } catch (error) {
    response.setHeader("content-range", `bytes */${blob.sizeBytes}`);
    throw error;
  }
}

function blobHeaders(blob: {
  digest: Digest;
  sizeBytes: number;
  range: ByteRange | undefined;
  etag: string;
}) {
  const { digest, sizeBytes, range, etag } = blob;
  return {
    "content-type": "application/octet-stream",
    "content-length": range ? range.end - range.start + 1 : sizeBytes,
    "docker-content-digest": digest,
    "accept-ranges": "bytes",
    etag,
    ...(range && { "content-range": `bytes ${range.start}-${range.end}/${sizeBytes}` }),
  };
}

function unknown(name: RepositoryName, digest: Digest): OciError {
  return new OciError("BLOB_UNKNOWN", `Cannot find blob ${digest} in ${name}`, { detail: { name, digest } });
}
