import type { Digest } from "../oci/digest.ts";
import { OCI_INDEX } from "../oci/media-types.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { requireAccess, sendJson, type Exchange } from "./exchange.ts";
import { nextLink, parsePage } from "./pagination.ts";

/** `GET /v2/NAME/referrers/DIGEST?artifactType=` */
export async function listReferrers(
  exchange: Exchange,
  { name, digest }: { name: RepositoryName; digest: Digest },
): Promise<void> {
  const { query, content, path } = exchange;
  await requireAccess(exchange, name, "pull");
  // Unescaped, the + of a media type stands for a space, which no media type has: RFC 6838 §4.2.
  const artifactType = query.get("artifactType")?.replaceAll(" ", "+");
  const page = parsePage(query);
  const { referrers, more } = await content.referrers.list(name, digest, {
    ...page,
    ...(artifactType !== undefined && { artifactType }),
  });
  const last = referrers.at(-1)?.digest;
  sendJson(
    exchange,
    {
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: referrers.map((referrer) => ({
        mediaType: referrer.mediaType,
        digest: referrer.digest,
        size: referrer.sizeBytes,
        ...(referrer.artifactType !== undefined && { artifactType: referrer.artifactType }),
        ...(Object.keys(referrer.annotations).length > 0 && { annotations: referrer.annotations }),
      })),
    },
    {
      "content-type": OCI_INDEX,
      ...(artifactType !== undefined && { "oci-filters-applied": "artifactType" }),
      ...(more && last !== undefined && { link: nextLink(path, query, { limit: page.limit, last }) }),
    },
  );
}
