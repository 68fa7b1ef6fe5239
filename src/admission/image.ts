import { patternThatHolds } from "../resources/immutable-tags.ts";
import { organizationOfSpecName } from "../resources/names.ts";
import { iconCauses, urlCauses } from "./addresses.ts";
import { keywordCauses } from "./keywords.ts";
import { labelWarnings, withDerivedLabels } from "./labels.ts";
import { nameCauses, withDerivedName } from "./names.ts";
import type { KindRules } from "./request.ts";
import { neededOrganization, whyNotInOrganization } from "./roles.ts";

export const imageRules: KindRules<"Image"> = {
  setDefaults(image, { old }) {
    return withDerivedLabels(withDerivedName(image), {
      own: image.spec.detail?.keywords,
      found: old?.status?.detail?.keywords,
    });
  },

  whyForbidden: whyNotInOrganization,

  validate(image, request) {
    const { icon, url, keywords } = image.spec.detail ?? {};
    return [
      ...nameCauses(image, request),
      ...iconCauses("spec.detail.icon", icon),
      ...urlCauses("spec.detail.url", url),
      ...keywordCauses("spec.detail.keywords", keywords),
    ];
  },

  whyNotDeleted({ spec, status }, { facts: { immutableTags = [] } }) {
    if (status?.aliasOf !== undefined) {
      return `nobody pushed it, the hub answers to latest with ${status.aliasOf}; push latest yourself to have your own`;
    }
    // Words without content hold nothing that a tag names.
    const pattern = status?.digest === undefined ? undefined : patternThatHolds(immutableTags, spec.name);
    return pattern === undefined
      ? undefined
      : `its tag is immutable, the repository's immutableTags have ${JSON.stringify(pattern)}`;
  },

  warnings: (image, request) => labelWarnings(image, request, "spec.detail.keywords"),

  neededOrganization(request) {
    return neededOrganization(organizationOfSpecName(request.new?.spec.name ?? ""), request);
  },
};
