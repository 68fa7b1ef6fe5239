import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Visibility } from "../resources/organization.ts";
import { organizationOf, type RepositoryDocument } from "./document.ts";
import { countFacets, facetLines } from "./facet-counts.ts";
import type { IndexFile } from "./index-file.ts";
import { MAX_SEQUENCE, rowidOf } from "./quality.ts";
import { documentTokens } from "./tokens.ts";

/** Stores what is known of a repository; call within a transaction. */
export function putRepository(index: IndexFile, document: RepositoryDocument): void {
  const before = readRow(index, document.name);
  const sequence = before?.sequence ?? nextSequence(index);
  const updatedMs = parseTime(document.updatedAt);
  const tokenRowid = rowidOf({ pulls: document.pulls, stars: document.stars, updatedMs }, sequence);
  if (before) countFacets(index, before.document, -1);
  countFacets(index, document, 1);
  if (before?.tokenRowid === tokenRowid && isFoundAlike(before.document, document)) {
    writeRow(index, document, { sequence, tokenRowid, tokenHash: before.tokenHash, updatedMs });
    return;
  }
  const tokens = documentTokens(document);
  const tokenHash = hash("sha256", tokens);
  writeRow(index, document, { sequence, tokenRowid, tokenHash, updatedMs });
  if (before?.tokenRowid === tokenRowid && before.tokenHash === tokenHash) return;
  if (before) deleteTokens(index, before.tokenRowid);
  index.prepare("INSERT INTO tokens (rowid, document) VALUES (?, ?)").run(BigInt(tokenRowid), tokens);
}

/** Whether two states of a repository have the same tokens, which take longer to make than to compare. */
function isFoundAlike(before: RepositoryDocument, after: RepositoryDocument): boolean {
  const [left, right] = [before, after].map(
    ({ description, keywords, type, platforms, isPrivate, readme }) => ({
      description,
      keywords,
      type,
      platforms,
      isPrivate,
      readme,
    }),
  );
  return isDeepStrictEqual(left, right);
}

/** Forgets a repository; call within a transaction. */
export function removeRepository(index: IndexFile, name: string): void {
  const row = readRow(index, name);
  if (!row) return;
  countFacets(index, row.document, -1);
  deleteTokens(index, row.tokenRowid);
  index.prepare("DELETE FROM repositories WHERE sequence = ?").run(row.sequence);
  index.prepare("DELETE FROM texts WHERE sequence = ?").run(row.sequence);
}

/** What the index knows of a repository. */
export function getRepository(index: IndexFile, name: string): RepositoryDocument | undefined {
  return readRow(index, name)?.document;
}

/** Repositories of an organization that leave their visibility to it. */
export function listFollowers(index: IndexFile, organization: string): string[] {
  return index
    .prepare("SELECT name FROM repositories WHERE organization = ? AND own_visibility IS NULL")
    .all(organization)
    .map((row) => String(row["name"]));
}

export function countRepositories(index: IndexFile): number {
  return Number(index.prepare("SELECT count(*) AS count FROM repositories").get()?.["count"]);
}

/** Name and versions of all, for comparing with the store. */
export function listVersions(index: IndexFile): { name: string; version: string; imageVersion: string }[] {
  return index
    .prepare("SELECT name, version, image_version FROM repositories ORDER BY name")
    .all()
    .map((row) => ({
      name: String(row["name"]),
      version: String(row["version"]),
      imageVersion: String(row["image_version"]),
    }));
}

/** The tag whose image a repository shows; undefined for one that is not there. */
export function getLatestTag(index: IndexFile, name: string): string | undefined {
  const row = index.prepare("SELECT latest_tag FROM repositories WHERE name = ?").get(name);
  return row && String(row["latest_tag"]);
}

interface Row {
  sequence: number;
  tokenRowid: number;
  tokenHash: string;
  document: RepositoryDocument;
}

function readRow(index: IndexFile, name: string): Row | undefined {
  const row = index
    .prepare("SELECT * FROM repositories JOIN texts USING (sequence) WHERE name = ?")
    .get(name);
  if (!row) return undefined;
  return {
    sequence: Number(row["sequence"]),
    tokenRowid: Number(row["token_rowid"]),
    tokenHash: String(row["token_hash"]),
    document: {
      name,
      version: String(row["version"]),
      imageVersion: String(row["image_version"]),
      ownVisibility: parseVisibility(row["own_visibility"]),
      isPrivate: row["private"] === 1,
      description: String(row["description"]),
      icon: String(row["icon"]),
      keywords: parseList(row["keywords"]),
      type: String(row["type"]),
      latestTag: String(row["latest_tag"]),
      platforms: parseList(row["platforms"]),
      size: Number(row["size"]),
      pulls: Number(row["pulls"]),
      stars: Number(row["stars"]),
      updatedAt: String(row["updated_at"]),
      readme: String(row["readme"]),
    },
  };
}

function writeRow(
  index: IndexFile,
  document: RepositoryDocument,
  place: { sequence: number; tokenRowid: number; tokenHash: string; updatedMs: number },
): void {
  const row = {
    sequence: place.sequence,
    token_rowid: BigInt(place.tokenRowid),
    token_hash: place.tokenHash,
    name: document.name,
    organization: organizationOf(document.name),
    private: document.isPrivate ? 1 : 0,
    own_visibility: document.ownVisibility ?? null,
    version: document.version,
    image_version: document.imageVersion,
    type: document.type,
    latest_tag: document.latestTag,
    size: document.size,
    pulls: document.pulls,
    stars: document.stars,
    updated_ms: place.updatedMs,
    updated_at: document.updatedAt,
    keywords: JSON.stringify(document.keywords),
    platforms: JSON.stringify(document.platforms),
    facets: facetLines(document),
    description: document.description,
  };
  const columns = Object.keys(row);
  const values = columns.map((column) => `$${column}`);
  index.prepare(`INSERT OR REPLACE INTO repositories (${columns.join()}) VALUES (${values.join()})`).run(row);
  index
    .prepare("INSERT OR REPLACE INTO texts (sequence, icon, readme) VALUES (?, ?, ?)")
    .run(place.sequence, document.icon, document.readme);
}

function deleteTokens(index: IndexFile, tokenRowid: number): void {
  index.prepare("DELETE FROM tokens WHERE rowid = ?").run(BigInt(tokenRowid));
}

function nextSequence(index: IndexFile): number {
  const row = index.prepare("SELECT max(sequence) AS last FROM repositories").get();
  const next = Number(row?.["last"] ?? 0) + 1;
  if (next > MAX_SEQUENCE) throw new RangeError(`Cannot index more than ${MAX_SEQUENCE} repositories`);
  return next;
}

function parseTime(text: string): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}

function parseVisibility(value: unknown): Visibility | undefined {
  return value === "public" || value === "private" ? value : undefined;
}

/** A list of texts as this module wrote it. */
export function parseList(value: unknown): string[] {
  const list: unknown = JSON.parse(String(value));
  return Array.isArray(list) ? list.map(String) : [];
}
