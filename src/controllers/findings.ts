import type { Happening } from "../events/event.ts";
import type { Clock } from "../reconcile/clock.ts";
import { mergeConditions, type Condition } from "../resources/conditions.ts";
import type { Kind, Resource } from "../resources/kinds.ts";

/** Something that holds of a resource: a condition. */
export interface Finding {
  type: string;
  /** Default "True"; "False" is for `Ready` alone, beside a finding that says what the matter is. */
  status?: "False";
  reason: string;
  message: string;
}

/** The part of every status that says what was found, and of which spec. Conditions that are not found again go. */
export function observed(
  resource: Resource<Kind>,
  findings: readonly Finding[],
  clock: Pick<Clock, "now">,
): { observedGeneration?: number; conditions: Condition[] } {
  const { generation } = resource.metadata;
  const observedGeneration = generation === undefined ? {} : { observedGeneration: generation };
  const statements = findings.map((finding) => ({
    status: "True" as const,
    ...finding,
    ...observedGeneration,
  }));
  return {
    ...observedGeneration,
    conditions: mergeConditions(conditionsOf(resource), statements, new Date(clock.now())),
  };
}

/**
 * What changed with a status that was written: each condition that holds and is new or has another reason; and how it is
 * now, when one that troubled is gone. The first status of an Image that a push made says nothing: its Repository tells of pushes.
 */
export function changedFindings(known: Resource<Kind>, before: Resource<Kind>): Happening[] {
  const old = conditionsOf(before) ?? [];
  const now = conditionsOf(known) ?? [];
  const isDraft = before.metadata.resourceVersion === undefined;
  const isQuiet = isDraft && known.kind === "Image";
  const isBetter = old.some(({ type }) => !now.some((condition) => condition.type === type));
  return now
    .filter(({ status }) => status === "True")
    .filter(({ type, reason }) => {
      const isSame = old.some((condition) => condition.type === type && condition.reason === reason);
      return type === READY ? !isQuiet && (isBetter || !isSame) : !isSame;
    })
    .map(({ type, reason, message }) => ({
      about: known,
      type: type === READY ? "Normal" : "Warning",
      reason,
      message,
    }));
}

/** The condition that all is well; every other is something to look at. */
const READY = "Ready";

function conditionsOf({ status }: Resource<Kind>): readonly Condition[] | undefined {
  return status && "conditions" in status ? status.conditions : undefined;
}
