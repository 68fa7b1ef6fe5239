import { organizationOf, withoutVariant, type RepositoryDocument } from "./document.ts";
import type { IndexFile } from "./index-file.ts";

export const FACETS = ["keyword", "organization", "type", "platform"] as const;
export type Facet = (typeof FACETS)[number];

/** The scope of public repositories in the counts kept; the private ones count for their organization. */
export const PUBLIC_SCOPE = "";

/** What a repository counts for. */
export function facetValues(
  document: Pick<RepositoryDocument, "name" | "keywords" | "type" | "platforms">,
): Record<Facet, string[]> {
  return {
    keyword: document.keywords,
    organization: [organizationOf(document.name)],
    type: document.type === "" ? [] : [document.type],
    platform: [...new Set(document.platforms.map(withoutVariant))],
  };
}

/** Adds a repository to the counts over everything, or takes it out; call within a transaction. */
export function countFacets(index: IndexFile, document: RepositoryDocument, change: 1 | -1): void {
  const scope = document.isPrivate ? organizationOf(document.name) : PUBLIC_SCOPE;
  const values = facetValues(document);
  for (const field of FACETS) {
    for (const value of values[field]) {
      if (change === 1) {
        index
          .prepare(
            `INSERT INTO facet_counts VALUES (?, ?, ?, 1)
             ON CONFLICT (field, scope, value) DO UPDATE SET count = count + 1`,
          )
          .run(field, scope, value);
      } else {
        index
          .prepare("UPDATE facet_counts SET count = count - 1 WHERE field = ? AND scope = ? AND value = ?")
          .run(field, scope, value);
        index
          .prepare("DELETE FROM facet_counts WHERE field = ? AND scope = ? AND value = ? AND count <= 0")
          .run(field, scope, value);
      }
    }
  }
}
