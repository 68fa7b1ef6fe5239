import type { Rule } from "../../src/resources/cel.ts";
import type { Cause } from "./admission.ts";

/** What `record.ts` wrote down. */
export interface Answers {
  /** That Kubernetes had. */
  rules: Record<string, Rule[]>;
  /** By title: what it found wrong. */
  cases: Record<string, Cause[]>;
  /** By field: texts, and whether they were taken. */
  texts: Record<string, Record<string, boolean>>;
}
