import { KINDS, type Kind, type PrinterColumn } from "../resources/kinds.ts";
import type { IncludeObject } from "./form.ts";
import { humanDuration } from "./human-duration.ts";
import { EVENT_COLUMNS } from "./event-columns.ts";
import { parseJsonPath, valueAt } from "./json-path.ts";
import { partialMetadata, type AnyObject } from "./partial-metadata.ts";
import { SECRET_COLUMNS } from "./secrets/columns.ts";
import type { Column, ColumnDefinition } from "./table-column.ts";

/** `meta.k8s.io` Table, without its version: what `kubectl get` prints. */
export interface Table {
  kind: "Table";
  apiVersion: string;
  metadata: object;
  /** null: as those of the event before. */
  columnDefinitions: ColumnDefinition[] | null;
  rows: { cells: unknown[]; object?: object }[];
}

/** Beside this, a kind has its printer columns. */
const NAME = column({
  name: "Name",
  type: "string",
  jsonPath: ".metadata.name",
  description: "What it is called in addresses, and by kubectl.",
});
NAME.definition.format = "name";

const AGE: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };

/** Kinds of other groups that are listed. */
const OTHER_COLUMNS: Record<string, PrinterColumn[]> = {
  Namespace: [{ name: "Status", type: "string", jsonPath: ".status.phase" }, AGE],
};

const COLUMNS: Record<string, Column[]> = Object.fromEntries([
  ["Event", EVENT_COLUMNS] as const,
  ["Secret", SECRET_COLUMNS] as const,
  ...(Object.keys(KINDS) as Kind[]).map((kind) => [kind, columnsFrom(KINDS[kind].printerColumns)] as const),
  ...Object.entries(OTHER_COLUMNS).map(([kind, columns]) => [kind, columnsFrom(columns)] as const),
]);

export interface TableOptions {
  apiVersion: string;
  includeObject: IncludeObject;
  /** Of the list; of a single object, its own version. */
  metadata: object;
  now: number;
  /** Default true: later events of a watch do without. */
  withDefinitions?: boolean;
}

/** Objects of one kind as rows. */
export function tableOf(kind: string, items: readonly AnyObject[], options: TableOptions): Table {
  const { apiVersion, includeObject, metadata, now, withDefinitions = true } = options;
  const columns = COLUMNS[kind] ?? [NAME];
  return {
    kind: "Table",
    apiVersion,
    metadata,
    columnDefinitions: withDefinitions ? columns.map(({ definition }) => definition) : null,
    rows: items.map((item) => ({
      cells: columns.map(({ cell }) => cell(item, now)),
      ...objectOf(item, includeObject, apiVersion),
    })),
  };
}

function objectOf(item: AnyObject, includeObject: IncludeObject, apiVersion: string): { object?: object } {
  switch (includeObject) {
    case "None":
      return {};
    case "Metadata":
      return { object: partialMetadata(item, apiVersion) };
    case "Object":
      return { object: item };
  }
}

function cellOf(value: unknown, type: string, now: number): unknown {
  if (value === undefined) return type === "date" ? "<unknown>" : null;
  switch (type) {
    case "date":
      return humanDuration(now - Date.parse(String(value)));
    case "string":
      return typeof value === "string" ? value : JSON.stringify(value);
    default:
      return value;
  }
}

function columnsFrom(columns: readonly PrinterColumn[]): Column[] {
  return [NAME, ...columns.map(column)];
}

function column({ name, type, jsonPath, priority = 0, description = "" }: PrinterColumn): Column {
  const path = parseJsonPath(jsonPath);
  return {
    definition: { name, type, format: "", description, priority },
    cell: (item, now) => cellOf(valueAt(item, path), type, now),
  };
}
