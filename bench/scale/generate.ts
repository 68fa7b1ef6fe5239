import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../src/database/open.ts";
import { parseRepositoryName, parseTag } from "../../src/oci/reference.ts";
import { MEMBER } from "./member.ts";
import { openSink, type Sink } from "./sink.ts";
import { docsOf, imageOf, organizationOf, repositoryOf, type Pushed } from "./resources.ts";
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
  addOrganizations(sink, shape);
  let id = 0;
  for (const name of repositoryNames(shape)) {
    id += 1;
    addRepository(sink, { id, name, shape, pushed });
  }
  sink.end();
  database.exec("COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

function pushedImage(): Pushed {
  const { manifest, blobs } = smallImage(1024);
  return {
    ...manifest,
    digest: sha256(manifest.bytes),
    blobs: blobs.map(({ digest, sizeBytes }) => ({ digest, sizeBytes })),
    at: new Date(Date.now() - 3_600_000),
  };
}

function tagsOf(name: string, { tagsEach, tagsOfLarge }: Shape): number {
  return name === LARGE_REPOSITORY ? tagsOfLarge : tagsEach;
}

function addOrganizations(sink: Sink, { organizations }: Shape): void {
  for (let index = 0; index < organizations; index++) {
    const name = organizationName(index);
    const members = name === MEMBERS_ORGANIZATION ? [MEMBER.name] : [];
    sink.addOrganization(name, members);
    sink.addResource(organizationOf(name, members));
  }
}

function addRepository(
  sink: Sink,
  { id, name, shape, pushed }: { id: number; name: string; shape: Shape; pushed: Pushed },
): void {
  const isPublic = id % PUBLIC_EACH === 1;
  const repository = parseRepositoryName(name);
  const names = Array.from({ length: tagsOf(name, shape) }, (_, index) => parseTag(tagName(index)));
  sink.addRepository({ id, name: repository, isPublic, tags: names });
  const docs = docsOf(repository, shape.docsLength);
  for (const tag of names) sink.addResource(imageOf({ repository, tag }, { pushed, docs }));
  sink.addResource(repositoryOf(repository, { isPublic, tags: names, pushed }));
}
