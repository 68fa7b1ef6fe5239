import { isDeepStrictEqual } from "node:util";
import { newResource, type Kind, type Resource } from "../resources/kinds.ts";
import { GROUP, NAMESPACE } from "../resources/metadata.ts";
import { dataPackRules } from "./data-pack.ts";
import { AdmissionError, causeMessage, forbidden, type FieldCause } from "./errors.ts";
import { imageRules } from "./image.ts";
import { validateMetadata } from "./metadata.ts";
import { organizationRules } from "./organization.ts";
import { repositoryRules } from "./repository.ts";
import type { Admitted, AdmissionRequest, KindRules } from "./request.ts";
import { validateSchema, validateStatusSchema } from "./schema.ts";
import { userRules } from "./user.ts";

const RULES: { [K in Kind]: KindRules<K> } = {
  Organization: organizationRules,
  Repository: repositoryRules,
  Image: imageRules,
  DataPack: dataPackRules,
  User: userRules,
};

/**
 * Decides on one change of one resource: fills in defaults, asks whether the caller may, and whether the result is
 * right. A pure function of its request; what has to be done first is told in the answer.
 * @throws AdmissionError Forbidden, Invalid with each field that is wrong, Conflict when it cannot be deleted now
 */
export function admit<K extends Kind>(request: AdmissionRequest<K>): Admitted<K> {
  const rules = RULES[request.kind] as unknown as KindRules<K>;
  const { old } = request;
  if (request.operation === "delete") {
    if (!old) throw new Error("Cannot admit a deletion of nothing");
    requireAllowed(rules, request);
    const why = rules.whyNotDeleted?.(old, request);
    if (why !== undefined)
      throw new AdmissionError("Conflict", `Cannot delete ${describe(request)}: ${why}`, about(request));
    return { resource: old, warnings: [] };
  }
  if (!request.new) throw new Error("Cannot admit a change to nothing");
  // What has a wrong shape is refused before anything reads it.
  requireValid(request, validateSchema(request.kind, request.new));
  const resource = rules.setDefaults(withNamespace(request.new), request);
  const defaulted = { ...request, new: resource };
  requireAllowed(rules, defaulted);
  if (changesOwners(request))
    requireAllowed(rules, { ...defaulted, operation: "delete", verb: "delete", old: old ?? resource });
  requireValid(defaulted, [
    ...validateMetadata(resource, request),
    ...validateSchema(request.kind, resource),
    ...rules.validate(resource, defaulted),
  ]);
  const organization = rules.neededOrganization?.(defaulted);
  return {
    resource,
    warnings: rules.warnings?.(resource, request) ?? [],
    ...(organization !== undefined && { newOrganization: ownedBy(request, organization) }),
  };
}

/**
 * Who names owners decides what it goes with: as Kubernetes has it with OwnerReferencesPermissionEnforcement, which is
 * off by default, by the right to delete it. The owner is asked nothing: one that is deleted waits for no longer than
 * what it owns takes to be deleted.
 */
export function changesOwners<K extends Kind>({
  old,
  new: next,
}: Pick<AdmissionRequest<K>, "old" | "new">): boolean {
  if (!next) return false;
  return !isDeepStrictEqual(old?.metadata.ownerReferences ?? [], next.metadata.ownerReferences ?? []);
}

/** What the hub and administrators write. @throws AdmissionError Invalid */
export function requireValidStatus(resource: Resource<Kind>): void {
  const { kind } = resource;
  requireValid({ kind, new: resource }, validateStatusSchema(kind, resource));
}

/** A list that is a map, applied with a key twice, would lose one. @throws AdmissionError Invalid */
export function requireDistinctKeys(resource: Resource<Kind>): void {
  const { kind } = resource;
  const causes = validateSchema(kind, resource);
  requireValid(
    { kind, new: resource },
    causes.filter(({ reason }) => reason === "FieldValueDuplicate"),
  );
}

function withNamespace<K extends Kind>(resource: Resource<K>): Resource<K> {
  const { namespace = NAMESPACE } = resource.metadata;
  return { ...resource, metadata: { ...resource.metadata, namespace } };
}

function requireAllowed<K extends Kind>(rules: KindRules<K>, request: AdmissionRequest<K>): void {
  const { caller, kind, operation, verb = operation } = request;
  if (caller.kind === "user" && caller.administrator) return;
  const why = caller.kind === "anonymous" ? "log in first" : rules.whyForbidden(request);
  if (why !== undefined) throw forbidden({ caller, verb, kind, name: nameOf(request) }, why);
}

function requireValid(request: Named, causes: readonly FieldCause[]): void {
  if (causes.length === 0) return;
  const texts = causes.map((cause) => `${cause.field}: ${causeMessage(cause)}`);
  const all = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  throw new AdmissionError("Invalid", `${describe(request)} is invalid: ${all}`, {
    ...about(request),
    causes,
  });
}

/** Which resource a request is about. */
type Named = Pick<AdmissionRequest, "kind" | "old" | "new">;

function describe(request: Named): string {
  return `${request.kind}.${GROUP} ${JSON.stringify(nameOf(request))}`;
}

function about(request: Named): { kind: Kind; resourceName: string } {
  return { kind: request.kind, resourceName: nameOf(request) };
}

function nameOf(request: Named): string {
  return (request.new ?? request.old)?.metadata.name ?? "";
}

function ownedBy({ caller }: AdmissionRequest, name: string): Resource<"Organization"> {
  const owner =
    caller.kind === "user" ? [{ kind: "User" as const, name: caller.name, role: "owner" as const }] : [];
  return newResource("Organization", name, { spec: { members: owner } });
}
