import { subjectName } from "../auth/subject.ts";
import type { ManifestPush } from "../content/content.ts";
import { OciError } from "../oci/errors.ts";
import { MAX_MANIFEST_BYTES } from "../oci/manifest.ts";
import { parseTag, type ManifestReference, type RepositoryName, type Tag } from "../oci/reference.ts";
import { readSmallBody } from "./body.ts";
import { matchesAny, requireMatch } from "./conditions.ts";
import { TooManyTagsError } from "./errors.ts";
import { asksForPush, beginPush, requireAccess, sendBytes, sendEmpty, type Exchange } from "./exchange.ts";
import { warningsOf } from "./warnings.ts";

/** Tags of one `?tag=` push: more than anybody names by hand. */
const MAX_TAGS = 50;

interface ManifestTarget {
  name: RepositoryName;
  reference: ManifestReference;
}

/** `GET` and `HEAD /v2/NAME/manifests/REFERENCE` */
export async function getManifest(exchange: Exchange, { name, reference }: ManifestTarget): Promise<void> {
  const { request, response, content } = exchange;
  await requireAccess(exchange, name, "pull");
  const forPush = await asksForPush(exchange, name);
  const forPull = request.method === "GET";
  const manifest = await content.manifests.find(name, reference, { forPush, forPull });
  if (!manifest) throw unknown(name, reference);
  const etag = `"${manifest.digest}"`;
  requireMatch(request.headers["if-match"], etag);
  if (matchesAny(request.headers["if-none-match"], etag)) return sendEmpty(response, 304, { etag });
  response.writeHead(200, {
    "content-type": manifest.mediaType,
    "content-length": manifest.sizeBytes,
    "docker-content-digest": manifest.digest,
    etag,
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  sendBytes(response, manifest.bytes);
  content.pulls.count(name, manifest.digest);
}

/** `PUT /v2/NAME/manifests/REFERENCE` */
export async function putManifest(exchange: Exchange, { name, reference }: ManifestTarget): Promise<void> {
  const { request, response, content, authorization, largeManifests } = exchange;
  await beginPush(exchange, name);
  const { tags, expectedDigest } = target(exchange, reference);
  const { digest, manifest } = await largeManifests.admit(request, async () =>
    content.manifests.put(name, {
      tags,
      ...(expectedDigest && { expectedDigest }),
      bytes: await readSmallBody(request, MAX_MANIFEST_BYTES),
      ...(request.headers["content-type"] !== undefined && { contentType: request.headers["content-type"] }),
      pushedBy: subjectName(authorization.subject),
    }),
  );
  const warnings = warningsOf(manifest, tags);
  // A header each: clients read them one by one.
  if (warnings.length > 0) response.setHeader("warning", warnings);
  sendEmpty(response, 201, {
    location: `/v2/${name}/manifests/${digest}`,
    "docker-content-digest": digest,
    ...(manifest.subject && { "oci-subject": manifest.subject.digest }),
    ...(expectedDigest && tags.length > 0 && { "oci-tag": tags.join(", ") }),
  });
}

/** `DELETE /v2/NAME/manifests/REFERENCE`: a tag, or a manifest with all its tags */
export async function deleteManifest(exchange: Exchange, { name, reference }: ManifestTarget): Promise<void> {
  const { response, content, authorization } = exchange;
  await requireAccess(exchange, name, "delete");
  const deletedBy = subjectName(authorization.subject);
  const deleted =
    "tag" in reference
      ? await content.tags.delete(name, reference.tag, { deletedBy })
      : await content.manifests.delete(name, reference.digest, { deletedBy });
  if (!deleted) throw unknown(name, reference);
  sendEmpty(response, 202);
}

function target(
  { query }: Exchange,
  reference: ManifestReference,
): Pick<ManifestPush, "tags" | "expectedDigest"> {
  const tags = query.getAll("tag");
  if ("tag" in reference) {
    if (tags.length === 0) return { tags: [reference.tag] };
    const why = `Cannot set ${tags.length} tags beside tag ${reference.tag}: expected a digest before ?tag=`;
    throw new OciError("TAG_INVALID", why);
  }
  if (tags.length > MAX_TAGS) throw new TooManyTagsError(tags.length, MAX_TAGS);
  return { tags: [...new Set<Tag>(tags.map(parseTag))], expectedDigest: reference.digest };
}

function unknown(name: RepositoryName, reference: ManifestReference): OciError {
  const wanted = "tag" in reference ? `:${reference.tag}` : `@${reference.digest}`;
  return new OciError("MANIFEST_UNKNOWN", `Cannot find ${name}${wanted}`, { detail: { name, ...reference } });
}
