import { organizationOfSpecName } from "../resources/names.ts";
import { isTagPattern, TAG_PATTERN_EXPECTED } from "../resources/tag-pattern.ts";
import { iconCauses } from "./addresses.ts";
import type { FieldCause } from "./errors.ts";
import { keywordCauses } from "./keywords.ts";
import { labelWarnings, withDerivedLabels } from "./labels.ts";
import { nameCauses, withDerivedName } from "./names.ts";
import type { AdmissionRequest, KindRules } from "./request.ts";
import { neededOrganization, whyNotInOrganization } from "./roles.ts";

export const repositoryRules: KindRules<"Repository"> = {
  /** Visibility is written out, so that readers need not know the organization; a change that leaves it out keeps it. */
  setDefaults(repository, request) {
    const left = request.old?.spec.visibility ?? request.facts.organization?.defaultVisibility;
    const visibility = repository.spec.visibility ?? left ?? "public";
    const complete = { ...withDerivedName(repository), spec: { ...repository.spec, visibility } };
    return withDerivedLabels(complete, {
      own: repository.spec.keywords,
      found: request.old?.status?.detail?.keywords,
    });
  },

  whyForbidden(request) {
    const why = whyNotInOrganization(request);
    if (why !== undefined) return why;
    const isOwner = request.facts.organization?.role === "owner";
    return request.operation === "update" && !isOwner ? whyOwnersAlone(request) : undefined;
  },

  validate(repository, request) {
    const { icon, keywords, immutableTags } = repository.spec;
    return [
      ...nameCauses(repository, request),
      ...iconCauses("spec.icon", icon),
      ...keywordCauses("spec.keywords", keywords),
      ...patternCauses(immutableTags),
    ];
  },

  whyNotDeleted({ spec: { immutableTags = [] }, status }) {
    const holdsTags = immutableTags.length > 0 && (status?.tagCount ?? 0) > 0;
    return holdsTags
      ? `its immutableTags ${JSON.stringify(immutableTags)} may hold tags of it; clear them first`
      : undefined;
  },

  warnings: (repository, request) => labelWarnings(repository, request, "spec.keywords"),

  neededOrganization(request) {
    return neededOrganization(organizationOfSpecName(request.new?.spec.name ?? ""), request);
  },
};

/** Who may see it, and which tags stay, is for owners to say. */
function whyOwnersAlone({ old, new: next }: AdmissionRequest<"Repository">): string | undefined {
  const fields = (["visibility", "immutableTags"] as const).filter(
    (field) => JSON.stringify(old?.spec[field]) !== JSON.stringify(next?.spec[field]),
  );
  return fields.length > 0 ? `only an owner of its organization changes ${fields.join(" and ")}` : undefined;
}

function patternCauses(patterns: readonly string[] = []): FieldCause[] {
  return patterns.flatMap((pattern, index) => {
    if (isTagPattern(pattern)) return [];
    const field = `spec.immutableTags[${index}]`;
    return [{ field, reason: "FieldValueInvalid" as const, value: pattern, why: TAG_PATTERN_EXPECTED }];
  });
}
