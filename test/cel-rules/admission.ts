import { admit } from "../../src/admission/admit.ts";
import { AdmissionError } from "../../src/admission/errors.ts";
import type { AdmissionFacts } from "../../src/admission/request.ts";
import { isUserName } from "../../src/auth/account-rules.ts";
import type { Kind, Resource, Spec } from "../../src/resources/kinds.ts";
import type { Case } from "./case.ts";

/** What is wrong with a resource; nothing when it is taken. */
export interface Cause {
  field: string;
  message: string;
}

/** What admission says, without the values, to an administrator, when everybody who is named is there. */
export function causesOfAdmission({ old, resource }: Pick<Case, "old" | "resource">): Cause[] {
  try {
    const before = old && admitted(old);
    admitted(resource, before);
    return [];
  } catch (error) {
    if (!(error instanceof AdmissionError)) throw error;
    return error.causes.map(({ field, why }) => ({ field, message: why }));
  }
}

function admitted(resource: Resource<Kind>, old?: Resource<Kind>): Resource<Kind> {
  const { kind } = resource;
  const caller = { kind: "user", name: "admin", administrator: true } as const;
  const operation = old ? "update" : "create";
  return admit({ kind, operation, old, new: resource, caller, facts: factsOf(resource) }).resource;
}

function factsOf({ kind, metadata, spec }: Resource<Kind>): AdmissionFacts {
  const { members = [] } = kind === "Organization" ? (spec as Spec<"Organization">) : {};
  return {
    organization: { exists: true, role: "owner", defaultVisibility: "public", accountExists: false },
    accountExists: isUserName(metadata.name),
    ownerExists: members.some((member) => member.role === "owner" && member.kind !== "ServiceAccount"),
  };
}
