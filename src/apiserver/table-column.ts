import type { AnyObject } from "./partial-metadata.ts";

/** A column of `kubectl get`. */
export interface Column {
  definition: ColumnDefinition;
  cell: (item: AnyObject, now: number) => unknown;
}

/** A column of what is read from each item. */
export function column<Item>(
  name: string,
  cell: (item: Item, now: number) => unknown,
  { type = "string", format = "", priority = 0 } = {},
): Column {
  return {
    definition: { name, type, format, description: "", priority },
    // A table has rows of one kind.
    cell: (item, now) => cell(item as Item, now),
  };
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
