import type { FastifyReply, FastifyRequest } from "fastify";
import { admit, changesOwners } from "../admission/admit.ts";
import type { Admitted, Operation, Verb } from "../admission/request.ts";
import { NotFoundError } from "../resource-store/errors.ts";
import { noteTarget } from "../auth/visit.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { organizationOfSpecName } from "../resources/names.ts";
import type { ResourceRequest } from "./context.ts";
import { readFacts } from "./facts.ts";
import { makeOrganizations } from "./make-organization.ts";
import { requireTokenAllows } from "./token-limits.ts";
import { parseWriteOptions, type WriteOptions } from "./write-options.ts";
import { warn } from "./warning.ts";

/** A request that changes something, and what its query asks for. */
export interface WriteRequest extends ResourceRequest, WriteOptions {
  verb: Verb;
  reply: FastifyReply;
}

/** @throws StatusError Invalid for options that are none */
export function toWriteRequest(request: ResourceRequest, reply: FastifyReply): WriteRequest {
  return { ...request, verb: verbOf(request.request), reply, ...parseWriteOptions(request.request) };
}

function verbOf({ method, params }: FastifyRequest): Verb {
  if (method === "POST") return "create";
  if (method === "PUT") return "update";
  if (method === "PATCH") return "patch";
  return (params as { name?: string }).name === undefined ? "deletecollection" : "delete";
}

/**
 * Asks what the caller's token leaves it, then admission about a change, and makes the organization that it needs.
 * @throws AdmissionError
 */
export async function admitChange<K extends Kind>(
  request: WriteRequest,
  change: { operation: Operation; old?: Resource<K>; new?: Resource<K> },
): Promise<Admitted<K>> {
  const resource = change.new ?? change.old;
  if (!resource) throw new Error("Cannot admit a change of nothing");
  const { caller, verb } = request;
  noteTarget(...targetOf(resource));
  requireTokenAllows(caller, { operation: change.operation, verb, resource });
  if (changesOwners(change)) requireTokenAllows(caller, { operation: "delete", resource });
  const facts = await readFacts(request, { resource, caller });
  const admitted = admit<K>({ kind: resource.kind, ...change, verb, caller, facts });
  for (const warning of admitted.warnings) warn(request.reply, warning);
  if (!request.dryRun) await makeOrganizations(request, { ...change, admitted });
  return admitted;
}

/** Its organization, and its name: of a resource that may have any shape yet. */
function targetOf({ kind, metadata, spec }: Resource<Kind>): [organization: string, name: string] {
  const name = String((spec as { name?: unknown } | undefined)?.name ?? metadata.name ?? "");
  if (kind === "Organization") return [name, name];
  return [kind === "User" || kind === "DataPack" ? "" : (organizationOfSpecName(name) ?? ""), name];
}

/** The resource, if the caller may see it. @throws NotFoundError */
export async function findVisible(
  { store, view, kind }: ResourceRequest,
  name: string,
): Promise<Resource<Kind>> {
  const resource = await store.get(kind, name);
  if (!(await view.show(resource))) throw new NotFoundError(kind, name);
  return resource;
}
