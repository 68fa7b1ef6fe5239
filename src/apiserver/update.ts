import { requireValidStatus } from "../admission/admit.ts";
import { forbidden } from "../admission/errors.ts";
import { ConflictError } from "../resource-store/errors.ts";
import { KINDS, type Kind, type Resource } from "../resources/kinds.ts";
import { GROUP } from "../resources/metadata.ts";
import { readObject } from "./body.ts";
import { decodeResource } from "./decode.ts";
import { requireName } from "./decode-object.ts";
import { invalid } from "./invalid.ts";
import { updatingManager, withManager } from "./managed-fields/track.ts";
import { isStale, uidDiffers } from "./preconditions.ts";
import { StatusError } from "./status.ts";
import { warn } from "./warning.ts";
import { admitChange, findVisible, type WriteRequest } from "./write-request.ts";

/** `PUT`: replaces metadata and spec. @throws StatusError, AdmissionError, NotFoundError, ConflictError */
export async function updateResource(request: WriteRequest, name: string): Promise<Resource<Kind>> {
  const old = await findVisible(request, name);
  const resource = decodeBody(request, name);
  const { resourceVersion } = resource.metadata;
  if (!resourceVersion) throw mustBeSpecified(old);
  requireCurrent(old, resource);
  return storeUpdate(request, tracked(request, old, resource));
}

/** An update by a client, with what it changes noted as its own. */
export function tracked(
  { query, request }: WriteRequest,
  old: Resource<Kind>,
  resource: Resource<Kind>,
): { old: Resource<Kind>; resource: Resource<Kind> } {
  const manager = updatingManager({
    fieldManager: query["fieldManager"],
    userAgent: request.headers["user-agent"],
  });
  return { old, resource: withManager({ old, next: resource }, manager) };
}

/** `PUT …/status`: the hub's own to write, and administrators'. */
export async function updateStatus(request: WriteRequest, name: string): Promise<Resource<Kind>> {
  const old = await findVisible(request, name);
  requireStatusWriter(request, name);
  const resource = decodeBody(request, name);
  requireCurrent(old, resource);
  return storeStatus(request, withIdentityOf(old, resource));
}

/** Admits what a resource shall be, and stores it. */
export async function storeUpdate(
  request: WriteRequest,
  { old, resource }: { old: Resource<Kind>; resource: Resource<Kind> },
): Promise<Resource<Kind>> {
  const next = {
    ...withIdentityOf(old, resource),
    ...(old.status && { status: old.status }),
  } as Resource<Kind>;
  const { resource: admitted } = await admitChange(request, { operation: "update", old, new: next });
  const { deletionTimestamp, finalizers } = admitted.metadata;
  // With its last finalizer a resource that is being deleted goes, and its content as in any deletion.
  const isGoing = deletionTimestamp !== undefined && !finalizers?.length;
  if (isGoing && !request.dryRun) await request.removeContent(old, request.caller);
  return request.store.update(admitted, { dryRun: request.dryRun });
}

/** Writes a status, when it is one of its kind. @throws AdmissionError Invalid */
export function storeStatus(request: WriteRequest, resource: Resource<Kind>): Promise<Resource<Kind>> {
  requireValidStatus(resource);
  return request.store.updateStatus(resource, { dryRun: request.dryRun });
}

/** @throws AdmissionError Forbidden */
export function requireStatusWriter({ caller, verb, kind }: WriteRequest, name: string): void {
  if (caller.kind === "user" && caller.administrator) return;
  const why = "status is what the hub finds out; say yours in spec";
  throw forbidden({ caller, verb, kind, subresource: "status", name }, why);
}

/** @throws ConflictError when it was made for another state of the resource */
export function requireCurrent(old: Resource<Kind>, { metadata }: Resource<Kind>): void {
  const why = uidDiffers(old.metadata, metadata);
  if (why !== undefined) throw new ConflictError(old.kind, old.metadata.name, why);
  if (isStale(old.metadata, metadata)) throw new ConflictError(old.kind, old.metadata.name);
}

function decodeBody({ kind, fieldValidation, reply, request }: WriteRequest, name: string): Resource<Kind> {
  const { resource, warnings } = decodeResource(kind, readObject(request, kind), { fieldValidation });
  for (const warning of warnings) warn(reply, warning);
  requireName(name, resource);
  return resource;
}

/** What the store gave stays; the version is the one that was read. */
function withIdentityOf(old: Resource<Kind>, resource: Resource<Kind>): Resource<Kind> {
  const { uid, resourceVersion, creationTimestamp, deletionTimestamp, generation } = old.metadata;
  const given = { uid, resourceVersion, creationTimestamp, deletionTimestamp, generation };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...resource, metadata: { ...resource.metadata, ...known } };
}

/** Kubernetes says the plural here, not the kind. */
function mustBeSpecified({ kind, metadata: { name } }: Resource<Kind>): StatusError {
  const cause = {
    field: "metadata.resourceVersion",
    reason: "FieldValueInvalid",
    message: "Invalid value: 0: must be specified for an update",
  };
  return invalid({ group: GROUP, kind: KINDS[kind].plural, name }, [cause]);
}
