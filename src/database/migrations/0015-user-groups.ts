import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** In which groups users are, as a provider of OpenID Connect said at their last login. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, asKeyTable } = columnTypes(kind);
  await transaction.schema
    .createTable("user_groups")
    .addColumn("user_name", text, (column) => column.notNull().references("users.name").onDelete("cascade"))
    .addColumn("group_name", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("user_groups_key", ["user_name", "group_name"])
    .$call(asKeyTable)
    .execute();
}
