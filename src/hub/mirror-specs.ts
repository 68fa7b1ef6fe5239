import { mirrorRepository } from "../content/repositories.ts";
import { isRepositoryName } from "../oci/reference.ts";
import type { Mirror } from "../resource-store/database/write.ts";
import type { Repository } from "../resources/kinds.ts";
import { repositoryOf } from "../resources/repository-of.ts";

/**
 * Keeps the rows that say who may read a repository as new as the resources that are told of it: a Repository that
 * becomes private is seen by nobody else in the very version that says so, and an Image of a new public repository by
 * all. The controllers write the same rows again, whatever was missed.
 */
export function createMirror(now: () => number = Date.now): Mirror {
  return async (transaction, { before, after }) => {
    const name = after && repositoryOf(after);
    if (!name || !isRepositoryName(name)) return;
    if (after.kind === "Image") {
      if (!before) await mirrorRepository(transaction, name, { spec: undefined, now: now() });
      return;
    }
    const { spec } = after as Repository;
    if (before && isSamePolicy((before as Repository).spec, spec)) return;
    await mirrorRepository(transaction, name, { spec, now: now() });
  };
}

function isSamePolicy(before: Repository["spec"], after: Repository["spec"]): boolean {
  return (
    before.visibility === after.visibility &&
    before.immutableTags?.join("\n") === after.immutableTags?.join("\n")
  );
}
