import type { IndexFile } from "./index-file.ts";
import { PUBLIC_SCOPE } from "./facet-counts.ts";
import { quoteToken } from "./ranking.ts";
import { TAG, valueToken } from "./tokens.ts";

/** Who searches: what is public is for all, what is private for its organization. */
export interface Reader {
  /** Administrators, who may read everything. */
  all: boolean;
  /** Organizations whose private repositories this reader may read. */
  organizations: ReadonlySet<string> | readonly string[];
}

/** What a reader may see of this index, narrowed to organizations that have something private. */
export interface Sight {
  /** What a hit meets, as FTS5 expressions; none when all is seen. */
  conditions: string[];
  /** `PUBLIC_SCOPE` and the organizations whose private repositories are seen; undefined when all is seen. */
  scopes: string[] | undefined;
}

export function sightOf(index: IndexFile, reader: Reader): Sight {
  if (reader.all) return { conditions: [], scopes: undefined };
  const organizations = [...reader.organizations];
  const withPrivate = organizations.length === 0 ? [] : privateAmong(index, organizations);
  const tokens = [TAG.publicOnly, ...withPrivate.map((name) => valueToken(TAG.privateOf, name))];
  return {
    conditions: [tokens.map((token) => quoteToken(token)).join(" OR ")],
    scopes: [PUBLIC_SCOPE, ...withPrivate],
  };
}

function privateAmong(index: IndexFile, organizations: string[]): string[] {
  return index
    .prepare(
      `SELECT DISTINCT organization FROM repositories
       WHERE private = 1 AND organization IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(organizations))
    .map((row) => String(row["organization"]));
}
