import type { AnyObject } from "./partial-metadata.ts";

/** A column of `kubectl get`. */
export interface Column {
  definition: ColumnDefinition;
  cell: (item: AnyObject, now: number) => unknown;
}

/** `meta.k8s.io` TableColumnDefinition. */
export interface ColumnDefinition {
  name: string;
  type: string;
  format: string;
  description: string;
  /** 0: always shown; else with `-o wide`. */
  priority: number;
}
