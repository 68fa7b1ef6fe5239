import type { Target } from "../targets/target.ts";

/** Registries beside each other; hubs that hold much and little; a hub that holds many documents. */
export type TargetSet = "registries" | "scales" | "documents";

/** One thing that is measured, on each target alike, in a process of its own. */
export interface Workload {
  name: string;
  title: string;
  unit: string;
  better: "more" | "less";
  /** Default: each round. */
  when?: "first round" | "last round";
  /** What only the hub has; default: false. */
  hubOnly?: boolean;
  /** Which targets it is measured on: see `TARGET_SETS`. Default: registries. */
  on?: TargetSet;
  /** Runs only when it is asked for by name; default: false. */
  onRequest?: boolean;
  measure(target: Target, options: { quick: boolean }): Promise<number>;
}
