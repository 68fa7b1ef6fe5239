import { hash } from "node:crypto";
import { InvalidContinueError } from "./errors.ts";
import type { IndexFile } from "./index-file.ts";
import type { SearchQuery } from "./query.ts";

/** Where a page ended: for relevance the class and rowid of its last hit, else its sorted value and name. */
export type Position = { rankClass: number; rowid: number } | { value: number; name: string };

export function formatContinue(index: IndexFile, query: SearchQuery, position: Position): string {
  const place = "name" in position ? [position.value, position.name] : [position.rankClass, position.rowid];
  return Buffer.from(JSON.stringify([index.build, fingerprint(query), ...place])).toString("base64url");
}

/** @throws InvalidContinueError when it is of another search or of an index that is no more */
export function parseContinue(index: IndexFile, query: SearchQuery): Position | undefined {
  if (!query.continue) return undefined;
  const [build, print, first, second] = decode(query.continue);
  if (build !== index.build) {
    throw new InvalidContinueError(
      query.continue,
      "a page of the present index: search again from the start",
    );
  }
  const isRelevance = (query.sort ?? "relevance") === "relevance";
  if (print === fingerprint(query) && isNatural(first, isRelevance)) {
    if (isRelevance && isNatural(second, true)) return { rankClass: first, rowid: second };
    if (!isRelevance && typeof second === "string") return { value: first, name: second };
  }
  throw new InvalidContinueError(query.continue, "the value that an earlier page of the same search gave");
}

function decode(token: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(value)) return value;
  } catch (error) {
    throw new InvalidContinueError(token, "the value that an earlier page gave", { cause: error });
  }
  throw new InvalidContinueError(token, "the value that an earlier page gave");
}

/** Ties a token to its search; the limit may change from page to page. */
function fingerprint({ q, keyword, organization, type, platform, sort }: SearchQuery): string {
  const parts = [q, keyword, organization, type, platform, sort].map((part) => part ?? "");
  return hash("sha256", JSON.stringify(parts)).slice(0, 16);
}

function isNatural(value: unknown, isNonNegative: boolean): value is number {
  return Number.isSafeInteger(value) && (!isNonNegative || Number(value) >= 0);
}
