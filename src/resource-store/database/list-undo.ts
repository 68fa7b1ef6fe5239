import type { Database } from "../../database/database.ts";
import type { Kind } from "../../resources/kinds.ts";
import type { ListPosition } from "./continue-token.ts";
import type { ResourceRow } from "./list-rows.ts";

/** The first change of a name after some version. */
export interface FirstChange {
  name: string;
  version: number;
}

/** Names after a name that were changed after a version, in order. */
export function readFirstChanges(
  database: Database,
  kind: Kind,
  { version, after }: ListPosition,
): Promise<FirstChange[]> {
  return database.read
    .selectFrom("resource_history")
    .select(({ fn }) => ["name", fn.min("resource_version").as("version")])
    .where("resource_version", ">", version)
    .where("kind", "=", kind)
    .where("name", ">", after)
    .groupBy("name")
    .orderBy("name")
    .execute();
}

/** What was there before these changes, where something was, in the order of names. */
export async function readPrevious(database: Database, changes: FirstChange[]): Promise<ResourceRow[]> {
  const rows = await database.read
    .selectFrom("resource_history")
    .select(["name", "previous"])
    .where(
      "resource_version",
      "in",
      changes.map(({ version }) => version),
    )
    .orderBy("name")
    .execute();
  return rows.flatMap(({ name, previous }) => (previous === null ? [] : [{ name, document: previous }]));
}
