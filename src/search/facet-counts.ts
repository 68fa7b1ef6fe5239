import { organizationOf, withoutVariant, type RepositoryDocument } from "./document.ts";
import type { IndexFile } from "./index-file.ts";

export const FACETS = ["keyword", "organization", "type", "platform"] as const;
export type Facet = (typeof FACETS)[number];

/** The scope of public repositories in the counts kept; the private ones count for their organization. */
export const PUBLIC_SCOPE = "";

/** What a repository counts for, a line each (`keyword<tab>mysql`), so that many are counted without parsing them. */
export function facetLines(document: RepositoryDocument): string {
  const values: Record<Facet, string[]> = {
    keyword: document.keywords,
    organization: [organizationOf(document.name)],
    type: document.type === "" ? [] : [document.type],
    platform: [...new Set(document.platforms.map(withoutVariant))],
  };
  return FACETS.flatMap((field) =>
    values[field].map((value) => `${field}\t${value.replaceAll("\n", " ")}`),
  ).join("\n");
}

export function parseFacetLine(line: string): { field: Facet; value: string } | undefined {
  const tab = line.indexOf("\t");
  const field = FACETS.find((name) => name === line.slice(0, tab));
  return field && { field, value: line.slice(tab + 1) };
}

/** Adds a repository to the counts over everything, or takes it out; call within a transaction. */
export function countFacets(index: IndexFile, document: RepositoryDocument, change: 1 | -1): void {
  const scope = document.isPrivate ? organizationOf(document.name) : PUBLIC_SCOPE;
  const upsert = index.prepare(
    `INSERT INTO facet_counts VALUES (?, ?, ?, ?)
     ON CONFLICT (field, scope, value) DO UPDATE SET count = count + excluded.count`,
  );
  for (const line of facetLines(document).split("\n")) {
    const parsed = parseFacetLine(line);
    if (parsed) upsert.run(parsed.field, scope, parsed.value, change);
  }
  if (change === -1) index.prepare("DELETE FROM facet_counts WHERE count = 0").run();
}
