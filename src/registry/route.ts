import { parseDigest, type Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import {
  parseManifestReference,
  parseRepositoryName,
  type ManifestReference,
  type RepositoryName,
} from "../oci/reference.ts";

/** What a URL below `/v2/` names. */
export type Route =
  | { noun: "base" }
  | { noun: "catalog" }
  | { noun: "tags"; name: RepositoryName }
  | { noun: "manifest"; name: RepositoryName; reference: ManifestReference }
  | { noun: "blob"; name: RepositoryName; digest: Digest }
  | { noun: "uploads"; name: RepositoryName }
  | { noun: "upload"; name: RepositoryName; upload: string }
  | { noun: "referrers"; name: RepositoryName; digest: Digest };

/**
 * Parses the path of a request, from `/v2` on. A repository's name has slashes, so it is read from the end:
 *
 *     /v2/                              base
 *     /v2/_catalog                      catalog
 *     /v2/NAME/tags/list                tags
 *     /v2/NAME/manifests/REFERENCE      manifest
 *     /v2/NAME/blobs/DIGEST             blob
 *     /v2/NAME/blobs/uploads/           uploads
 *     /v2/NAME/blobs/uploads/ID         upload
 *     /v2/NAME/referrers/DIGEST         referrers
 *
 * @returns undefined when the path names nothing
 * @throws OciError NAME_INVALID, TAG_INVALID, DIGEST_INVALID or BLOB_UPLOAD_UNKNOWN
 */
export function parseRoute(path: string): Route | undefined {
  if (!/^\/v2(?:\/|$)/.test(path)) return undefined;
  const rest = decode(path).slice("/v2".length);
  if (rest === "" || rest === "/") return { noun: "base" };
  if (rest === "/_catalog") return { noun: "catalog" };
  const { before, last } = splitLast(rest);
  if (last === "") return parseUploads(before);
  // Elsewhere it may be a tag.
  if (last === "uploads" && before.endsWith("/blobs")) return parseUploads(rest);
  const { before: name, last: noun } = splitLast(before);
  switch (noun) {
    case "tags":
      return last === "list" ? { noun: "tags", name: parseName(name) } : undefined;
    case "manifests":
      return { noun: "manifest", name: parseName(name), reference: parseManifestReference(last) };
    case "blobs":
      return { noun: "blob", name: parseName(name), digest: parseDigest(last) };
    case "referrers":
      return { noun: "referrers", name: parseName(name), digest: parseDigest(last) };
    case "uploads":
      return name.endsWith("/blobs")
        ? { noun: "upload", name: parseName(name.slice(0, -"/blobs".length)), upload: parseUploadId(last) }
        : undefined;
    default:
      return undefined;
  }
}

function parseUploads(path: string): Route | undefined {
  return path.endsWith("/blobs/uploads")
    ? { noun: "uploads", name: parseName(path.slice(0, -"/blobs/uploads".length)) }
    : undefined;
}

function parseName(text: string): RepositoryName {
  return parseRepositoryName(text.slice(1));
}

/** What no upload is ever called is asked of neither database nor storage. */
function parseUploadId(text: string): string {
  if (UPLOAD_ID.test(text)) return text;
  throw new OciError(
    "BLOB_UPLOAD_UNKNOWN",
    `Cannot find upload ${JSON.stringify(text.slice(0, 64))}: expected the address that its start was answered with`,
  );
}

const UPLOAD_ID = /^[A-Za-z0-9_-]{1,128}$/;

function splitLast(text: string): { before: string; last: string } {
  const slash = text.lastIndexOf("/");
  return { before: text.slice(0, Math.max(slash, 0)), last: text.slice(slash + 1) };
}

function decode(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch (error) {
    throw new OciError(
      "NAME_INVALID",
      `Cannot read path ${JSON.stringify(path.slice(0, 300))}: expected two hex digits after each %, and UTF-8`,
      {
        cause: error,
      },
    );
  }
}
