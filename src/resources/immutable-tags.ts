import { parseImageName } from "../oci/reference.ts";
import { immutableBy } from "../oci/tag-pattern.ts";
import { whyNoSpecName } from "./names.ts";

/** The first of a repository's `immutableTags` that holds the tag of an Image's `spec.name`. */
export function patternThatHolds(immutableTags: readonly string[], specName: string): string | undefined {
  if (whyNoSpecName("Image", specName) !== undefined) return undefined;
  return immutableBy(immutableTags, parseImageName(specName).tag);
}
