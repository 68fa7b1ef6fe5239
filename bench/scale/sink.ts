import type { DatabaseSync } from "node:sqlite";
import type { RepositoryRecord, TagRecord } from "../../src/content/content.ts";
import type { Digest } from "../../src/oci/digest.ts";
import type { Resource, Kind } from "../../src/resources/kinds.ts";
import { encodeDocument } from "../../src/resource-store/database/stored-document.ts";

/** The one image that every tag names. */
export interface Pushed {
  bytes: Uint8Array;
  digest: Digest;
  mediaType: string;
  blobs: { digest: string; sizeBytes: number }[];
  at: Date;
}

/** Rows on their way into a database, in the transaction that is open. */
export interface Sink {
  addOrganization(name: string, members: string[]): void;
  addRepository(repository: RepositoryRecord, tags: TagRecord[]): void;
  addResource(resource: Resource<Kind>): void;
  /** Writes what comes last. */
  end(): void;
}

export function openSink(database: DatabaseSync, { bytes, digest, mediaType, blobs, at }: Pushed): Sink {
  const run = prepareAll(database);
  const now = at.getTime();
  let version = 1;
  run.content(digest, bytes);
  for (const blob of blobs) run.blob(blob.digest, blob.sizeBytes, now, now);
  return {
    addOrganization(name, members) {
      run.organization(name, now);
      for (const member of members) run.member(name, member);
    },
    addRepository({ id, name, organization, visibility, newestTag }, tags) {
      run.repository(id, name, organization, visibility, newestTag ?? null, now);
      for (const blob of blobs) run.link(id, blob.digest, now);
      run.manifest(id, digest, mediaType, bytes.length, now);
      for (const blob of blobs) run.manifestBlob(id, digest, blob.digest);
      for (const tag of tags) run.tag(id, tag.name, tag.digest, tag.pushedAt.getTime());
    },
    addResource(resource) {
      version += 1;
      const { kind, metadata } = resource;
      const { document, texts } = encodeDocument({
        ...resource,
        metadata: { ...metadata, resourceVersion: String(version) },
      });
      run.resource(kind, metadata.name, metadata.uid ?? "", version, document);
      for (const [text, content] of texts) {
        run.text(text, content);
        run.textUse(kind, metadata.name, text);
      }
      for (const [label, value] of Object.entries(metadata.labels ?? {}))
        run.label(kind, metadata.name, label, value);
    },
    end: () => run.setting("resource_version", String(version)),
  };
}

function prepareAll(database: DatabaseSync) {
  const prepare = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: (string | number | null | Uint8Array)[]): void => void statement.run(...values);
  };
  return {
    organization: prepare("INSERT INTO organizations VALUES (?, 'private', ?)"),
    member: prepare("INSERT INTO organization_members VALUES (?, 'User', ?, 'reader')"),
    repository: prepare(
      `INSERT INTO repositories (id, name, organization, visibility, immutable_tags, newest_tag, pulls, created_at)
       VALUES (?, ?, ?, ?, '[]', ?, 0, ?)`,
    ),
    content: prepare("INSERT INTO manifest_contents VALUES (?, ?)"),
    blob: prepare("INSERT INTO blobs VALUES (?, ?, 'live', ?, ?)"),
    link: prepare("INSERT INTO repository_blobs VALUES (?, ?, ?)"),
    manifest: prepare(
      `INSERT INTO manifests (repository_id, digest, media_type, size, kind, annotations, pushed_at, pushed_by)
       VALUES (?, ?, ?, ?, 'image', '{}', ?, 'admin')`,
    ),
    manifestBlob: prepare("INSERT INTO manifest_blobs VALUES (?, ?, ?)"),
    tag: prepare("INSERT INTO tags VALUES (?, ?, ?, ?, 'admin', 0)"),
    resource: prepare(
      "INSERT INTO resources (kind, name, uid, resource_version, document) VALUES (?, ?, ?, ?, ?)",
    ),
    text: prepare("INSERT OR IGNORE INTO resource_texts (digest, content) VALUES (?, ?)"),
    textUse: prepare("INSERT INTO resource_text_uses VALUES (?, ?, ?)"),
    label: prepare("INSERT INTO resource_labels VALUES (?, ?, ?, ?)"),
    setting: prepare("INSERT OR REPLACE INTO settings VALUES (?, ?)"),
  };
}
