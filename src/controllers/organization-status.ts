import type { Clock } from "../reconcile/clock.ts";
import type { Organization, Status } from "../resources/kinds.ts";
import { observed, type Finding } from "./findings.ts";
import type { RepositoryIndex } from "./repository-index.ts";

/** Names in status: as many as a page shows; the rest are found by label. */
const MAX_LISTED = 100;

const IN_FORCE: Finding = {
  type: "Ready",
  reason: "PolicyInForce",
  message: "Pushes go by these members and this default visibility",
};

/** @param repositories all that there are */
export function organizationStatus(
  organization: Organization,
  repositories: Pick<RepositoryIndex, "count" | "newest">,
  clock: Pick<Clock, "now">,
): Status<"Organization"> {
  const { name } = organization.metadata;
  return {
    ...observed(organization, [IN_FORCE], clock),
    repositoryCount: repositories.count(name),
    repositories: repositories.newest(name, MAX_LISTED),
  };
}
