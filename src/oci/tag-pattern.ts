import { isArtifactTag } from "./artifact.ts";
import type { Tag } from "./reference.ts";
import { matchesWildcard } from "./wildcard.ts";

/**
 * The first of a repository's patterns that a tag matches: `*` is any text, all else is itself. Signatures and lists
 * of referrers match none: whoever adds another signature writes their tag anew.
 */
export function immutableBy(patterns: readonly string[], tag: Tag): string | undefined {
  return isArtifactTag(tag) ? undefined : patterns.find((pattern) => matchesWildcard(pattern, tag));
}
