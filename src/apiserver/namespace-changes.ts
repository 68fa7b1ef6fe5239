import type { Subject } from "../auth/subject.ts";
import { NAMESPACE, type ObjectMeta } from "../resources/metadata.ts";
import { forbiddenInCore } from "./forbidden.ts";
import { NAME_LABEL } from "./namespace-resource.ts";
import type { StatusError } from "./status.ts";
import { whyTokenForbids } from "./token-limits.ts";

/** Why nobody changes it; who would make it is told so too. */
export const STAYS = "the hub's namespace stays as it is";

/** A change of the namespace by somebody, as Kubernetes calls it. */
export interface NamespaceChange {
  caller: Subject;
  verb: "update" | "patch" | "delete";
}

/** Why it is not made. */
export function whyNotChanged({ caller, verb }: NamespaceChange, why = STAYS): StatusError {
  return forbiddenInCore({ caller, verb, plural: "namespaces", name: NAMESPACE }, why);
}

/** Refuses who changes nothing anywhere, whatever is asked. @throws StatusError Forbidden */
export function requireWriter(change: NamespaceChange): void {
  const why = whyNoWriter(change.caller);
  if (why !== undefined) throw whyNotChanged(change, why);
}

function whyNoWriter(caller: Subject): string | undefined {
  if (caller.kind === "anonymous") return "log in first";
  return caller.token && whyTokenForbids({ ...caller.token, repositories: [] }, "write", undefined);
}

/**
 * Refuses what asks for more than that the namespace be there, but from `kubectl apply`: a folder for clusters may have
 * labels for it that mean nothing here.
 * @param metadata what the namespace would have
 * @throws StatusError Forbidden
 */
export function requireNoChange(change: NamespaceChange, metadata: ObjectMeta): void {
  if (!isApplied(metadata) && saysMore(metadata)) throw whyNotChanged(change);
}

/** Where `kubectl apply` writes down what it was given. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

function isApplied({ annotations = {} }: ObjectMeta): boolean {
  return LAST_APPLIED in annotations;
}

/** Whether it has what users may say of a namespace in Kubernetes, which writes the label of the name itself. */
function saysMore({
  labels = {},
  annotations = {},
  finalizers = [],
  ownerReferences = [],
}: ObjectMeta): boolean {
  const said = Object.keys({ ...labels, ...annotations }).filter((key) => key !== NAME_LABEL);
  return said.length + finalizers.length + ownerReferences.length > 0;
}
