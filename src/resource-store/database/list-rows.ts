import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from "kysely";
import type { Database } from "../../database/database.ts";
import type { Tables } from "../../database/tables.ts";
import type { Kind } from "../../resources/kinds.ts";
import type { LabelRequirement } from "../port.ts";
import type { Selectors } from "../selectors.ts";

/** The one field that has a column. */
export const NAME_FIELD = "metadata.name";

export interface ResourceRow {
  name: string;
  document: string;
}

/**
 * Resources in the order of their names, after a name, that its labels and `metadata.name` select. Other fields are in
 * the documents, which the caller looks at.
 */
export function readRows(
  database: Database,
  { kind, after, limit, selectors }: { kind: Kind; after: string; limit: number; selectors: Selectors },
): Promise<ResourceRow[]> {
  const { labelSelector = [], fieldSelector = [] } = selectors;
  return database.read
    .selectFrom("resources")
    .select(["name", "document"])
    .where("kind", "=", kind)
    .where("name", ">", after)
    .where((row) => row.and(labelSelector.map((requirement) => labelCondition(row, kind, requirement))))
    .where((row) =>
      row.and(
        fieldSelector
          .filter(({ path }) => path === NAME_FIELD)
          .map(({ operator, value }) => row("resources.name", operator, value)),
      ),
    )
    .orderBy("name")
    .limit(limit)
    .execute();
}

/** How many resources labels select. */
export async function countRows(
  database: Database,
  { kind, labelSelector }: { kind: Kind; labelSelector: LabelRequirement[] },
): Promise<number> {
  const { count } = await database.read
    .selectFrom("resources")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("kind", "=", kind)
    .where((row) => row.and(labelSelector.map((requirement) => labelCondition(row, kind, requirement))))
    .executeTakeFirstOrThrow();
  return Number(count);
}

type Row = ExpressionBuilder<Tables, "resources">;
type Condition = ExpressionWrapper<Tables, "resources", SqlBool>;

/** By a list of names, which the label index gives, and by which the resources' key is searched. */
function labelCondition(row: Row, kind: Kind, requirement: LabelRequirement): Condition {
  const isNegative = requirement.operator === "NotIn" || requirement.operator === "DoesNotExist";
  let names = row
    .selectFrom("resource_labels")
    .select("resource_labels.name")
    .where("resource_labels.kind", "=", kind)
    .where("label", "=", requirement.key);
  if ("values" in requirement) {
    // No value is an empty list, which PostgreSQL does not parse.
    if (requirement.values.length === 0) return row.and([row.lit(isNegative)]);
    names = names.where("value", "in", requirement.values);
  }
  return row("resources.name", isNegative ? "not in" : "in", names);
}
