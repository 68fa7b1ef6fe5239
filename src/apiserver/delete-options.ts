import { noteDryRun } from "../auth/visit.ts";
import type { Preconditions } from "../resource-store/port.ts";
import type { Propagation } from "../resources/propagation.ts";
import { readDeleteOptions } from "./body.ts";
import { cannotUnmarshal, isObject } from "./go-types.ts";
import { StatusError, type StatusCause } from "./status.ts";
import type { WriteRequest } from "./write-request.ts";
import { dryRunCauses, invalidOptions } from "./write-options.ts";

export interface DeleteOptions extends Preconditions {
  /** Default: what the resource's finalizers say. */
  propagation?: Propagation;
  dryRun: boolean;
}

/** `DeleteOptions`, from the body or the query. @throws StatusError BadRequest, Invalid */
export function parseDeleteOptions({
  request,
  query,
  dryRun,
}: Pick<WriteRequest, "request" | "query" | "dryRun">): DeleteOptions {
  const body = readDeleteOptions(request);
  requireShape(body);
  const policy = body["propagationPolicy"] ?? query["propagationPolicy"];
  const orphans = body["orphanDependents"] ?? query["orphanDependents"];
  const stages = (body["dryRun"] ?? []) as unknown[];
  if (stages.length > 0) noteDryRun();
  const causes = [...policyCauses(policy, orphans), ...dryRunCauses(stages)];
  if (causes.length > 0) throw invalidOptions("DeleteOptions", causes);
  const { uid, resourceVersion } = (body["preconditions"] ?? {}) as Record<string, unknown>;
  const propagation = propagationOf(policy, orphans);
  return {
    ...(propagation && { propagation }),
    dryRun: dryRun || stages.length > 0,
    ...(typeof uid === "string" && { uid }),
    ...(typeof resourceVersion === "string" && { resourceVersion }),
  };
}

const FIELDS: [name: string, type: string, is: (value: unknown) => boolean][] = [
  ["gracePeriodSeconds", "int64", Number.isInteger],
  ["preconditions", "v1.Preconditions", isObject],
  ["orphanDependents", "bool", (value) => typeof value === "boolean"],
  ["propagationPolicy", "v1.DeletionPropagation", (value) => typeof value === "string"],
  ["dryRun", "[]string", Array.isArray],
];

function requireShape(body: Record<string, unknown>): void {
  const { kind = "DeleteOptions", apiVersion } = body;
  if (kind !== "DeleteOptions") {
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}: expected DeleteOptions`,
    );
  }
  for (const [name, type, is] of FIELDS) {
    const value = body[name] ?? undefined;
    if (value === undefined || is(value)) continue;
    throw badRequest(cannotUnmarshal(value, `Go struct field DeleteOptions.${name} of type ${type}`));
  }
}

/** `orphanDependents` is how it was said before Kubernetes 1.7. */
function propagationOf(policy: unknown, orphans: unknown): Propagation | undefined {
  if (policy !== undefined) return policy as Propagation;
  if (orphans === undefined) return undefined;
  return String(orphans) === "true" ? "Orphan" : "Background";
}

const POLICIES = ["Foreground", "Background", "Orphan"];

function policyCauses(policy: unknown, orphanDependents: unknown): StatusCause[] {
  const field = "propagationPolicy";
  const shown = JSON.stringify(policy);
  if (policy === undefined) return [];
  if (orphanDependents !== undefined) {
    const message = `Invalid value: ${shown}: orphanDependents and deletionPropagation cannot be both set`;
    return [{ reason: "FieldValueInvalid", message, field }];
  }
  if (POLICIES.includes(policy as string)) return [];
  const choices = [...POLICIES, "nil"].map((choice) => JSON.stringify(choice)).join(", ");
  const message = `Unsupported value: ${shown}: supported values: ${choices}`;
  return [{ reason: "FieldValueNotSupported", message, field }];
}

function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}
