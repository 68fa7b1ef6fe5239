import type { IncomingMessage } from "node:http";
import { isDigestAlgorithm, parseDigest, type Digest, type DigestAlgorithm } from "../oci/digest.ts";
import { OciError, type OciErrorCode } from "../oci/errors.ts";
import type { UploadPart } from "../content/content.ts";
import { ANONYMOUS } from "../auth/subject.ts";
import { isRepositoryName, type RepositoryName } from "../oci/reference.ts";
import { hasBody, readBody } from "./body.ts";
import { beginPush, requireAccess, sendEmpty, type Exchange } from "./exchange.ts";
import { whileAllowed } from "./while-allowed.ts";
import { parseChunkRange, type ByteRange } from "./range.ts";

interface UploadTarget {
  name: RepositoryName;
  upload: string;
}

/** `POST /v2/NAME/blobs/uploads/`: mounts a blob, takes a whole one, or begins an upload */
export async function startUpload(exchange: Exchange, { name }: { name: RepositoryName }): Promise<void> {
  const { query, response, content } = exchange;
  const algorithm = algorithmAsked(query);
  const digest = query.get("digest");
  const whole = digest === null ? undefined : parseDigest(digest);
  await beginPush(exchange, name);
  if (await mount(exchange, name)) return;
  const upload = content.uploads.start(name);
  if (whole) return finishOrCancel(exchange, { name, upload }, whole);
  sendEmpty(response, 202, sessionHeaders({ name, upload, sizeBytes: 0, algorithm }));
}

/** `GET /v2/NAME/blobs/uploads/ID`: how far it is */
export async function getUpload(exchange: Exchange, { name, upload }: UploadTarget): Promise<void> {
  const { content, query, response } = exchange;
  await requireAccess(exchange, name, "push");
  const sizeBytes = await content.uploads.size(name, upload);
  sendEmpty(response, 204, sessionHeaders({ name, upload, sizeBytes, algorithm: algorithmAsked(query) }));
}

/** `PATCH /v2/NAME/blobs/uploads/ID`: a chunk, or all of it streamed */
export async function patchUpload(exchange: Exchange, { name, upload }: UploadTarget): Promise<void> {
  await requireAccess(exchange, name, "push");
  const { response, content, query } = exchange;
  const algorithm = algorithmAsked(query);
  const sizeBytes = await sayingWhereToGoOn(exchange, { name, upload }, async () =>
    content.uploads.append(name, upload, { ...partOf(exchange, { name, upload }), algorithm }),
  );
  sendEmpty(response, 202, sessionHeaders({ name, upload, sizeBytes, algorithm }));
}

/** `PUT /v2/NAME/blobs/uploads/ID?digest=`: the last chunk, if any, and the end */
export async function putUpload(exchange: Exchange, { name, upload }: UploadTarget): Promise<void> {
  await requireAccess(exchange, name, "push");
  const digest = exchange.query.get("digest");
  if (digest === null)
    throw new OciError("DIGEST_INVALID", "Cannot finish upload: expected ?digest= with the blob's digest");
  const whole = parseDigest(digest);
  await sayingWhereToGoOn(exchange, { name, upload }, async () => finish(exchange, { name, upload }, whole));
}

/** `DELETE /v2/NAME/blobs/uploads/ID` */
export async function deleteUpload(exchange: Exchange, { name, upload }: UploadTarget): Promise<void> {
  await requireAccess(exchange, name, "push");
  await exchange.content.uploads.cancel(name, upload);
  sendEmpty(exchange.response, 204);
}

/** @returns false when there is nothing to mount that the caller may read: an ordinary upload follows */
async function mount(exchange: Exchange, name: RepositoryName): Promise<boolean> {
  const { query, content, authorization, response } = exchange;
  const [wanted, from] = [query.get("mount"), query.get("from")];
  if (wanted === null) return false;
  const digest = parseDigest(wanted);
  // A name that is no repository's here is as good as one that has no such blob.
  if (from !== null && !(isRepositoryName(from) && (await mayRead(exchange, from)))) return false;
  if (!(await content.blobs.mount(name, digest, from ?? (await authorization.readable())))) return false;
  sendEmpty(response, 201, blobHeaders(name, digest));
  return true;
}

/** What is public needs no scope in the token. */
async function mayRead({ authorization, access }: Exchange, source: RepositoryName): Promise<boolean> {
  if (await authorization.allows(source, "pull")) return true;
  return (await access.actions(ANONYMOUS, source)).actions.has("pull");
}

/** An upload of one request, whose address its client is never told, leaves nothing when it fails. */
async function finishOrCancel(exchange: Exchange, target: UploadTarget, digest: Digest): Promise<void> {
  try {
    await finish(exchange, target, digest);
  } catch (error) {
    // It may have ended, or be ended by the next collection.
    await exchange.content.uploads.cancel(target.name, target.upload).catch(() => undefined);
    throw error;
  }
}

async function finish(exchange: Exchange, target: UploadTarget, digest: Digest): Promise<void> {
  const { request, response, content } = exchange;
  const { name, upload } = target;
  await content.uploads.finish(name, upload, digest, hasBody(request) ? partOf(exchange, target) : undefined);
  sendEmpty(response, 201, blobHeaders(name, digest));
}

function partOf(exchange: Exchange, { name }: UploadTarget): UploadPart {
  const range = chunkRange(exchange.request);
  const body = whileAllowed(exchange, name, readBody(exchange.request));
  return range ? { body: chunkOf(body, range), offset: range.start } : { body };
}

function chunkRange({ headers }: IncomingMessage): ByteRange | undefined {
  const range = parseChunkRange(headers["content-range"]);
  const length = headers["content-length"];
  if (range && length !== undefined && Number(length) !== lengthOf(range))
    throw otherLength(range, Number(length));
  return range;
}

/** A body that is as long as its range, though it did not say so before. @throws OciError SIZE_INVALID */
async function* chunkOf(body: AsyncIterable<Uint8Array>, range: ByteRange): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const bytes of body) {
    sizeBytes += bytes.byteLength;
    if (sizeBytes > lengthOf(range)) throw otherLength(range, sizeBytes);
    yield bytes;
  }
  if (sizeBytes < lengthOf(range)) throw otherLength(range, sizeBytes);
}

function lengthOf({ start, end }: ByteRange): number {
  return end - start + 1;
}

function otherLength(range: ByteRange, sizeBytes: number): OciError {
  return new OciError(
    "SIZE_INVALID",
    `Cannot take chunk: Content-Range ${range.start}-${range.end} is of ${lengthOf(range)} bytes, the body of ${sizeBytes}`,
  );
}

const CHUNK_ERRORS: ReadonlySet<OciErrorCode> = new Set(["RANGE_INVALID", "SIZE_INVALID"]);

/** A refused chunk's answer says what the upload holds, so that the client can go on from there. */
async function sayingWhereToGoOn<T>(
  { content, query, response }: Exchange,
  { name, upload }: UploadTarget,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OciError && CHUNK_ERRORS.has(error.code)) {
      const sizeBytes = await content.uploads.size(name, upload);
      const headers = sessionHeaders({ name, upload, sizeBytes, algorithm: algorithmAsked(query) });
      for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
    }
    throw error;
  }
}

/**
 * The algorithm that a client announces for its blob, when it is not SHA-256.
 * @throws OciError DIGEST_INVALID for one that is not taken
 */
function algorithmAsked(query: URLSearchParams): DigestAlgorithm {
  const asked = query.get("digest-algorithm") ?? "sha256";
  if (isDigestAlgorithm(asked)) return asked;
  throw new OciError(
    "DIGEST_INVALID",
    `Cannot take digest-algorithm ${JSON.stringify(asked.slice(0, 50))}: expected sha256 or sha512`,
  );
}

function sessionHeaders(session: {
  name: RepositoryName;
  upload: string;
  sizeBytes: number;
  algorithm: DigestAlgorithm;
}) {
  const { name, upload, sizeBytes, algorithm } = session;
  // The address carries what the client announced once, so that every chunk is hashed with it.
  const query = algorithm === "sha256" ? "" : `?digest-algorithm=${algorithm}`;
  return {
    location: `/v2/${name}/blobs/uploads/${upload}${query}`,
    // Docker's form of an empty upload is 0-0 as well: both ends are included, so there is no other.
    range: `0-${Math.max(sizeBytes - 1, 0)}`,
    "docker-upload-uuid": upload,
  };
}

function blobHeaders(name: RepositoryName, digest: Digest) {
  return { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest };
}
