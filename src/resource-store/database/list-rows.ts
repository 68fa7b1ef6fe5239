import { sql, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from "kysely";
import type { Database } from "../../database/database.ts";
import type { Tables } from "../../database/tables.ts";
import type { Kind } from "../../resources/kinds.ts";
import type { FieldRequirement, LabelRequirement } from "../port.ts";
import type { Selectors } from "../selectors.ts";

export interface ResourceRow {
  name: string;
  document: string;
}

/** Selected resources in the order of their names, after a name. */
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
      row.and(fieldSelector.map((requirement) => fieldCondition(row, database.kind, requirement))),
    )
    .orderBy("name")
    .limit(limit)
    .execute();
}

export async function countRows(
  database: Database,
  { kind, after }: { kind: Kind; after: string },
): Promise<number> {
  const { count } = await database.read
    .selectFrom("resources")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("kind", "=", kind)
    .where("name", ">", after)
    .executeTakeFirstOrThrow();
  return count;
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

function fieldCondition(
  row: Row,
  database: Database["kind"],
  { path, operator, value }: FieldRequirement,
): Condition {
  if (path === "metadata.name") return row("resources.name", operator, value);
  const keys = path.split(".");
  const field =
    database === "sqlite"
      ? sql<string>`json_extract(document, ${`$${keys.map((key) => `."${key}"`).join("")}`})`
      : sql<string>`document::json #>> ${keys}`;
  return row(sql<string>`coalesce(${field}, '')`, operator, value);
}
