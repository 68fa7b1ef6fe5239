import { admit } from "../admission/admit.ts";
import { AdmissionError } from "../admission/errors.ts";
import type { Operation, Verb } from "../admission/request.ts";
import type { Access } from "../auth/access.ts";
import { tokenAllows } from "../auth/access-policy.ts";
import type { Subject, TokenScope } from "../auth/subject.ts";
import { findResource } from "../resource-store/find-resource.ts";
import { kindOfPlural, newResource, type Kind, type Resource } from "../resources/kinds.ts";
import { GROUP, NAMESPACE } from "../resources/metadata.ts";
import { specNameOf } from "../resources/names.ts";
import { API_GROUPS } from "./api-groups.ts";
import { readFacts, type FactsSource } from "./facts.ts";
import { whyForbidden } from "./secrets/permission.ts";
import { StatusError } from "./status.ts";
import { requireTokenAllows } from "./token-limits.ts";
import type { View } from "./visibility.ts";

/** Kubernetes' `ResourceAttributes`; what is empty means all, or none of them in particular. */
export interface AskedPermission {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  name: string;
  namespace: string;
}

export interface Permission {
  allowed: boolean;
  /** Why not, for people. */
  reason: string;
}

export interface PermissionSource extends FactsSource {
  access: Pick<Access, "memberships" | "role">;
}

const READS = new Set(["get", "list", "watch"]);
/** A verb → what admission calls it, and what a token needs for it. */
const WRITES: Record<Verb, { operation: Operation; scope: TokenScope }> = {
  create: { operation: "create", scope: "write" },
  update: { operation: "update", scope: "write" },
  patch: { operation: "update", scope: "write" },
  delete: { operation: "delete", scope: "delete" },
  deletecollection: { operation: "delete", scope: "delete" },
};

/** What is in a repository. */
const REPOSITORY_KINDS: ReadonlySet<Kind> = new Set(["Repository", "Image"]);

const ALLOWED: Permission = { allowed: true, reason: "" };

/**
 * Whether a caller may do something. About a resource that is there, and that the caller may see, or whose name tells
 * what it would be, admission itself is asked; of others, whether there are any that the caller could do it to.
 */
export async function findPermission(
  source: PermissionSource,
  { caller, view }: { caller: Subject; view: View },
  asked: AskedPermission,
): Promise<Permission> {
  const { verb, group, resource, namespace } = asked;
  if (isAdministrator(caller)) return ALLOWED;
  if (namespace !== "" && namespace !== NAMESPACE) return denied(`everything is in namespace ${NAMESPACE}`);
  if ([verb, group, resource].includes("*")) {
    return denied("an administrator alone may do everything; ask about one verb and one resource");
  }
  const kind = group === GROUP ? kindOfPlural(resource) : undefined;
  if (!kind) return otherResource(caller, asked);
  // What somebody may not see is not there, so nobody is refused to look.
  if (READS.has(verb)) return ALLOWED;
  if (!isWrite(verb)) {
    return denied(`there is no verb ${verb}; expected ${[...READS, ...Object.keys(WRITES)].join(", ")}`);
  }
  const write = WRITES[verb];
  if (asked.subresource !== "") return denied("status is what the hub finds out; say yours in spec");
  if (caller.kind === "anonymous") return denied("log in first");
  if (caller.token && !tokenAllows({ ...caller.token, repositories: [] }, write.scope, undefined)) {
    return denied(`the token has scopes ${caller.token.scopes.join(", ")}, expected ${write.scope}`);
  }
  if (caller.token?.repositories.length && !REPOSITORY_KINDS.has(kind)) {
    return denied(`the token is for repositories ${caller.token.repositories.join(", ")} alone`);
  }
  const ofOne = await ofResource(
    source,
    { caller, view },
    { kind, name: asked.name, verb, operation: write.operation },
  );
  return ofOne ?? inGeneral(source, { caller, kind, operation: write.operation, name: asked.name });
}

/** Another API's resource: the hub serves few, to everybody; of Secrets each user changes its own. */
function otherResource(caller: Subject, { verb, group, resource, subresource }: AskedPermission): Permission {
  const served = API_GROUPS.filter(({ name }) => name === group).flatMap(({ resources }) => resources);
  const verbs = served.find(({ plural }) => plural === resource)?.verbs;
  if (!verbs || subresource !== "") return denied("the hub has no such resource");
  if (!verbs.includes(verb)) {
    return denied(`${resource} have no verb ${verb}; expected ${verbs.join(", ")}`);
  }
  const isSecretWrite = group === "" && resource === "secrets" && isWrite(verb);
  const why = isSecretWrite ? whyForbidden(caller, WRITES[verb].scope) : undefined;
  return why === undefined ? ALLOWED : denied(why);
}

/** @returns undefined when there is no such resource for the caller, and its name does not tell what it would be */
async function ofResource(
  source: PermissionSource,
  { caller, view }: { caller: Subject; view: View },
  { kind, name, verb, operation }: { kind: Kind; name: string; verb: Verb; operation: Operation },
): Promise<Permission | undefined> {
  const found = operation === "create" ? undefined : await findResource(source.store, kind, name);
  const resource = (found && (await view.show(found))) ?? namedResource(kind, name);
  if (!resource) return undefined;
  try {
    requireTokenAllows(caller, { operation, verb, resource });
    const facts = await readFacts(source, { resource, caller });
    const states = {
      old: operation === "create" ? undefined : resource,
      new: operation === "delete" ? undefined : resource,
    };
    admit({ kind, operation, verb, ...states, caller, facts });
    return ALLOWED;
  } catch (error) {
    const isRefusal = error instanceof AdmissionError || error instanceof StatusError;
    if (!isRefusal) throw error;
    // Whether it is right, or can be now, is another question.
    return error.reason === "Forbidden" ? denied(error.message) : ALLOWED;
  }
}

/** A resource of this name, as far as a name tells: of what is in an organization, in which. */
function namedResource(kind: Kind, name: string): Resource<Kind> | undefined {
  if (name === "") return undefined;
  if (kind === "Organization") return newResource(kind, name, { spec: {} });
  const specName = specNameOf(kind, name);
  if (specName === undefined) return undefined;
  return newResource(kind, name, { spec: { name: specName } });
}

async function inGeneral(
  { access }: PermissionSource,
  { caller, kind, operation, name }: { caller: Subject; kind: Kind; operation: Operation; name: string },
): Promise<Permission> {
  if (kind === "User") {
    const isOwn = caller.kind === "user" && caller.name === name && operation !== "delete";
    return isOwn ? ALLOWED : denied("a user changes its own alone; ask with its name");
  }
  if (operation === "create" || kind === "DataPack") return ALLOWED;
  const roles = new Set((await access.memberships(caller)).map(({ role }) => role));
  const mayChange = roles.has("owner") || (kind !== "Organization" && roles.has("publisher"));
  return mayChange ? ALLOWED : denied("expected a role in an organization; ask one of its owners to add you");
}

function isWrite(verb: string): verb is Verb {
  return Object.hasOwn(WRITES, verb);
}

function isAdministrator(caller: Subject): boolean {
  return caller.kind === "user" && caller.administrator;
}

function denied(reason: string): Permission {
  return { allowed: false, reason };
}
