import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Who users are at a provider of OpenID Connect, and of what organizations its groups made them members. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("identities")
    .addColumn("id", text, (column) => column.primaryKey().notNull())
    .addColumn("issuer", text, (column) => column.notNull())
    .addColumn("subject", text, (column) => column.notNull())
    .addColumn("user_name", text, (column) => column.notNull().references("users.name").onDelete("cascade"))
    .addColumn("shown_as", text, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .addColumn("used_at", integer, (column) => column.notNull())
    // Somebody at a provider is one user here, and a user is one of somebody there.
    .addUniqueConstraint("identities_subject", ["issuer", "subject"])
    .addUniqueConstraint("identities_user", ["user_name", "issuer"])
    .$call(asTable)
    .execute();
  await schema
    .createTable("group_members")
    .addColumn("user_name", text, (column) => column.notNull().references("users.name").onDelete("cascade"))
    .addColumn("organization", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("group_members_key", ["user_name", "organization"])
    .$call(asKeyTable)
    .execute();
}
