import { Type, type Static } from "typebox";

/** A status tells which spec it is about. */
export const ObservedGeneration = Type.Integer({
  description: "The metadata.generation that this was found out for.",
});

/** Kubernetes `metav1.Condition`. */
export const Condition = Type.Object({
  type: Type.String({ maxLength: 316, description: "What it is about, for example Ready." }),
  status: Type.Union([Type.Literal("True"), Type.Literal("False"), Type.Literal("Unknown")], {
    description: "Whether it holds.",
  }),
  reason: Type.String({ maxLength: 1024, description: "Why, in one word, for programs." }),
  message: Type.String({ maxLength: 32_768, description: "Why, and what to do, for people." }),
  lastTransitionTime: Type.String({ description: "When status changed last." }),
  observedGeneration: Type.Optional(ObservedGeneration),
});
export type Condition = Static<typeof Condition>;

export const Conditions = Type.Array(Condition, {
  maxItems: 20,
  description: "What the hub has found out, one entry a type.",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["type"],
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
