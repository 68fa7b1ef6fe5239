import { isArtifactTag } from "../oci/artifact.ts";
import { OciError } from "../oci/errors.ts";
import type { Tag } from "../oci/reference.ts";

/**
 * The first of a repository's patterns that a tag matches: `*` is any text, all else is itself. Signatures and lists
 * of referrers match none: whoever adds another signature writes their tag anew.
 */
export function immutableBy(patterns: readonly string[], tag: Tag): string | undefined {
  return isArtifactTag(tag) ? undefined : patterns.find((pattern) => matches(pattern, tag));
}

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

/** In one pass: a pattern made into a regular expression could take time beyond measure. */
function matches(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
