import { Type, type Static } from "typebox";

/** Kubernetes `metav1.Condition`. */
export const Condition = Type.Object({
  type: Type.String({ maxLength: 316 }),
  status: Type.Union([Type.Literal("True"), Type.Literal("False"), Type.Literal("Unknown")]),
  reason: Type.String({ maxLength: 1024 }),
  message: Type.String({ maxLength: 32_768 }),
  lastTransitionTime: Type.String(),
  observedGeneration: Type.Optional(Type.Integer()),
});
export type Condition = Static<typeof Condition>;

export const Conditions = Type.Array(Condition, {
  maxItems: 20,
  description: "What the hub has found out, one entry a type.",
});

/** A condition as a controller states it; the time of its last transition is kept by `mergeConditions`. */
export type ConditionStatement = Omit<Condition, "lastTransitionTime">;

/** The stated conditions, with the transition time of those whose status did not change. Others go. */
export function mergeConditions(
  old: readonly Condition[] | undefined,
  stated: readonly ConditionStatement[],
  now: Date,
): Condition[] {
  return stated.map((statement) => {
    const before = old?.find((condition) => condition.type === statement.type);
    const unchanged = before?.status === statement.status;
    return {
      ...statement,
      lastTransitionTime: unchanged ? before.lastTransitionTime : toKubernetesTime(now),
    };
  });
}

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export function toKubernetesTime(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, "Z");
}
