import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { RepositoryRecord, TagRecord } from "../../src/content/content.ts";
import { MAX_TAGS } from "../../src/controllers/repository-status.ts";
import { openDatabase } from "../../src/database/open.ts";
import type { Inspection } from "../../src/inspect/inspection.ts";
import { parseDigest } from "../../src/oci/digest.ts";
import {
  organizationOf as organizationNameOf,
  parseRepositoryName,
  parseTag,
  type RepositoryName,
} from "../../src/oci/reference.ts";
import { MEMBER } from "./member.ts";
import { openSink, type Pushed, type Sink } from "./sink.ts";
import { docsOf, imageOf, organizationOf, repositoryOf } from "./resources.ts";
import {
  LARGE_REPOSITORY,
  MEMBERS_ORGANIZATION,
  organizationName,
  repositoryNames,
  tagName,
  type Shape,
} from "./shape.ts";
import { smallImage } from "../load/content.ts";
import { sha256 } from "../load/client.ts";

/** One in so many repositories is public. */
const PUBLIC_EACH = 10;
const LATEST = parseTag("latest");

/**
 * Fills a data folder as if all this had been pushed and shown long ago: rows of what is stored and the resources that
 * were made of it, written past the hub. Every tag names the same manifest, whose blobs are not there.
 */
export async function generate(folder: string, shape: Shape): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "hub.db");
  await (await openDatabase(`sqlite:${path}`)).close();
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN");
  const pushed = pushedImage();
  const sink = openSink(database, pushed);
  addOrganizations(sink, shape, pushed.at);
  let id = 0;
  for (const name of repositoryNames(shape)) {
    id += 1;
    addRepository(sink, { id, name: parseRepositoryName(name), shape, pushed });
  }
  sink.end();
  database.exec("COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

function pushedImage(): Pushed {
  const { manifest, blobs } = smallImage(1024);
  return {
    ...manifest,
    digest: parseDigest(sha256(manifest.bytes)),
    blobs: blobs.map(({ digest, sizeBytes }) => ({ digest, sizeBytes })),
    at: new Date(Date.now() - 3_600_000),
  };
}

function addOrganizations(sink: Sink, shape: Shape, at: Date): void {
  const repositories = Map.groupBy(
    [...repositoryNames(shape)].toSorted().map(parseRepositoryName),
    organizationNameOf,
  );
  for (let index = 0; index < shape.organizations; index++) {
    const name = organizationName(index);
    const members = name === MEMBERS_ORGANIZATION ? [MEMBER.name] : [];
    sink.addOrganization(name, members);
    sink.addResource(organizationOf(name, { members, repositories: repositories.get(name) ?? [] }, at));
  }
}

function addRepository(
  sink: Sink,
  { id, name, shape, pushed }: { id: number; name: RepositoryName; shape: Shape; pushed: Pushed },
): void {
  const tags = tagsOf(name, shape, pushed);
  const newest = tags.slice(-MAX_TAGS).toReversed();
  const [{ name: newestTag, ...newestPush }] = newest as [TagRecord];
  const record: RepositoryRecord = {
    id,
    name,
    organization: organizationNameOf(name),
    visibility: id % PUBLIC_EACH === 1 ? "public" : "private",
    immutableTags: [],
    newestTag,
    pulls: 0,
    createdAt: pushed.at,
  };
  const { at } = pushed;
  const found = { inspection: inspectionOf(docsOf(name, shape.docsLength), pushed), at };
  sink.addRepository(record, tags);
  for (const tag of tags) sink.addResource(imageOf(record, tag, found));
  const latest = imageOf(record, { ...newestPush, name: LATEST, aliasOf: newestTag }, found);
  sink.addResource(latest);
  sink.addResource(repositoryOf(record, { tags: newest, tagCount: tags.length, shown: latest }, at));
}

/** The last is the newest. */
function tagsOf(
  name: RepositoryName,
  { tagsEach, tagsOfLarge }: Shape,
  { digest, mediaType, at }: Pushed,
): TagRecord[] {
  const length = name === LARGE_REPOSITORY ? tagsOfLarge : tagsEach;
  return Array.from({ length }, (_, index) => ({
    name: parseTag(tagName(index)),
    digest,
    mediaType,
    pushedAt: new Date(at.getTime() + index),
    pushedBy: "admin",
    isArtifact: false,
  }));
}

function inspectionOf(docs: string, { digest, blobs, at }: Pushed): Inspection {
  const sizeBytes = blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0);
  return {
    detail: { docs, keywords: ["database"], arch: "amd64" },
    platforms: [{ os: "linux", architecture: "amd64", digest, size: sizeBytes }],
    sizeBytes,
    createdAt: at.toISOString(),
    warnings: [],
  };
}
