import {
  algorithmOf,
  isDigestAlgorithm,
  parseDigest,
  type Digest,
  type DigestAlgorithm,
} from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { ANONYMOUS } from "../auth/subject.ts";
import { isRepositoryName, type RepositoryName } from "../oci/reference.ts";
import { hasBody, readBody } from "./body.ts";
import { beginPush, requireAccess, sendEmpty, type Exchange } from "./exchange.ts";
import { parseChunkRange } from "./range.ts";

interface UploadTarget {
  name: RepositoryName;
  upload: string;
}

/** `POST /v2/NAME/blobs/uploads/`: mounts a blob, takes a whole one, or begins an upload */
export async function startUpload(exchange: Exchange, { name }: { name: RepositoryName }): Promise<void> {
  const { query, response, content } = exchange;
  await beginPush(exchange, name);
  if (await mount(exchange, name)) return;
  const upload = await content.uploads.start(name);
  const digest = query.get("digest");
  if (digest !== null) return finish(exchange, { name, upload }, parseDigest(digest));
  sendEmpty(response, 202, sessionHeaders({ name, upload, sizeBytes: 0, query }));
}

/** `GET /v2/NAME/blobs/uploads/ID`: how far it is */
export async function getUpload(exchange: Exchange, { name, upload }: UploadTarget): Promise<void> {
  await requireAccess(exchange, name, "push");
  const sizeBytes = await exchange.content.uploads.size(name, upload);
  sendEmpty(exchange.response, 204, sessionHeaders({ name, upload, sizeBytes, query: exchange.query }));
}

/** `PATCH /v2/NAME/blobs/uploads/ID`: a chunk, or all of it streamed */
export async function patchUpload(exchange: Exchange, { name, upload }: UploadTarget): Promise<void> {
  await requireAccess(exchange, name, "push");
  const sizeBytes = await append(exchange, { name, upload });
  sendEmpty(exchange.response, 202, sessionHeaders({ name, upload, sizeBytes, query: exchange.query }));
}

/** `PUT /v2/NAME/blobs/uploads/ID?digest=`: the last chunk, if any, and the end */
export async function putUpload(exchange: Exchange, { name, upload }: UploadTarget): Promise<void> {
  await requireAccess(exchange, name, "push");
  const digest = exchange.query.get("digest");
  if (digest === null)
    throw new OciError("DIGEST_INVALID", "Cannot finish upload: expected ?digest= with the blob's digest");
  await finish(exchange, { name, upload }, parseDigest(digest));
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

async function finish(exchange: Exchange, target: UploadTarget, digest: Digest): Promise<void> {
  const { request, response, content } = exchange;
  const { name, upload } = target;
  if (hasBody(request)) await append(exchange, target, algorithmOf(digest));
  await content.uploads.finish(name, upload, digest);
  sendEmpty(response, 201, blobHeaders(name, digest));
}

async function append(
  exchange: Exchange,
  target: UploadTarget,
  algorithm = algorithmAsked(exchange),
): Promise<number> {
  const { request, content } = exchange;
  const range = parseChunkRange(request.headers["content-range"]);
  const length = request.headers["content-length"];
  if (range && length !== undefined && range.end - range.start + 1 !== Number(length)) {
    throw new OciError(
      "SIZE_INVALID",
      `Cannot take chunk: Content-Range ${range.start}-${range.end} and Content-Length ${length} differ`,
    );
  }
  try {
    return await content.uploads.append(target.name, target.upload, {
      body: readBody(request),
      ...(range && { offset: range.start }),
      algorithm,
    });
  } catch (error) {
    if (error instanceof OciError && error.code === "RANGE_INVALID") await tellWhereToGoOn(exchange, target);
    throw error;
  }
}

/** A refused chunk's answer says what the upload holds, so that the client can go on from there. */
async function tellWhereToGoOn(
  { content, query, response }: Exchange,
  { name, upload }: UploadTarget,
): Promise<void> {
  const sizeBytes = await content.uploads.size(name, upload);
  for (const [header, value] of Object.entries(sessionHeaders({ name, upload, sizeBytes, query }))) {
    response.setHeader(header, value);
  }
}

/** The algorithm that a client announces for its blob, when it is not SHA-256. */
function algorithmAsked({ query }: Exchange): DigestAlgorithm {
  const asked = query.get("digest-algorithm");
  return asked !== null && isDigestAlgorithm(asked) ? asked : "sha256";
}

function sessionHeaders(session: {
  name: RepositoryName;
  upload: string;
  sizeBytes: number;
  query: URLSearchParams;
}) {
  const { name, upload, sizeBytes, query } = session;
  const algorithm = query.get("digest-algorithm");
  const suffix = algorithm !== null && isDigestAlgorithm(algorithm) ? `?digest-algorithm=${algorithm}` : "";
  return {
    location: `/v2/${name}/blobs/uploads/${upload}${suffix}`,
    // Docker's form of an empty upload is 0-0 as well: both ends are included, so there is no other.
    range: `0-${Math.max(sizeBytes - 1, 0)}`,
    "docker-upload-uuid": upload,
  };
}

function blobHeaders(name: RepositoryName, digest: Digest) {
  return { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest };
}
