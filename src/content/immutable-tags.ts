import { OciError } from "../oci/errors.ts";
import type { Tag } from "../oci/reference.ts";
import { immutableBy } from "../oci/tag-pattern.ts";

/** @throws OciError DENIED for the first of these tags that a pattern holds: `action` says what is refused */
export function requireMutable(
  patterns: readonly string[],
  { tags, action }: { tags: readonly Tag[]; action: string },
): void {
  for (const tag of tags) {
    const pattern = immutableBy(patterns, tag);
    if (pattern !== undefined) throw immutableError(action, { tag, pattern });
  }
}

export function immutableError(action: string, { tag, pattern }: { tag: Tag; pattern: string }): OciError {
  return new OciError(
    "DENIED",
    `Cannot ${action}: tag ${tag} is immutable, the repository's immutableTags have ${JSON.stringify(pattern)}`,
    { detail: { tag, immutableTags: pattern } },
  );
}
