import type { Clock } from "../reconcile/clock.ts";
import { mergeConditions, type Condition } from "../resources/conditions.ts";
import type { Kind, Resource } from "../resources/kinds.ts";

/** Something that holds of a resource: a condition with status True. */
export interface Finding {
  type: string;
  reason: string;
  message: string;
}

/** The part of every status that says what was found, and of which spec. Conditions that are not found again go. */
export function observed(
  resource: Resource<Kind>,
  findings: readonly Finding[],
  clock: Clock,
): { observedGeneration?: number; conditions: Condition[] } {
  const { generation } = resource.metadata;
  const observedGeneration = generation === undefined ? {} : { observedGeneration: generation };
  const statements = findings.map((finding) => ({
    ...finding,
    status: "True" as const,
    ...observedGeneration,
  }));
  return {
    ...observedGeneration,
    conditions: mergeConditions(conditionsOf(resource), statements, new Date(clock.now())),
  };
}

function conditionsOf({ status }: Resource<Kind>): readonly Condition[] | undefined {
  return status && "conditions" in status ? status.conditions : undefined;
}
