import { whyNoSpecName } from "../resources/names.ts";
import { iconCauses, urlCauses } from "./addresses.ts";
import type { KindRules } from "./request.ts";

export const userRules: KindRules<"User"> = {
  setDefaults: (user) => user,

  whyForbidden({ operation, old, new: next, caller, facts }) {
    const name = (next ?? old)?.metadata.name;
    if (caller.kind !== "user" || caller.name !== name) return "it is somebody else's";
    if (operation === "delete") return "it goes with the account";
    return facts.accountExists === true ? undefined : "there is no such account; register first";
  },

  validate({ metadata, spec }, { operation, facts }) {
    const starred = (spec.starred ?? []).flatMap((name, index) => {
      const why = whyNoSpecName("Repository", name);
      if (why === undefined) return [];
      return [{ field: `spec.starred[${index}]`, reason: "FieldValueInvalid" as const, value: name, why }];
    });
    const why = "expected the name of an account; register it first";
    const isMissing = operation === "create" && facts.accountExists !== true;
    return [
      ...(isMissing
        ? [{ field: "metadata.name", reason: "FieldValueInvalid" as const, value: metadata.name, why }]
        : []),
      ...starred,
      ...iconCauses("spec.icon", spec.icon),
      ...urlCauses("spec.url", spec.url),
    ];
  },
};
