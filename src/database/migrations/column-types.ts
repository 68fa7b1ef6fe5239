import { sql, type CreateTableBuilder, type RawBuilder } from "kysely";

/** How each database names the hub's types. */
export interface ColumnTypes {
  integer: ColumnType;
  /** Compared byte by byte, in both databases: lists go by it, whatever the server's locale is. */
  text: ColumnType;
  bytes: ColumnType;
  /** Ends a table. */
  asTable: EndTable;
  /** Ends a table of short rows that are found by their key alone: SQLite then keeps them in the key's index. */
  asKeyTable: EndTable;
}

type ColumnType = "integer" | "bigint" | "text" | "blob" | "bytea" | RawBuilder<string>;

type EndTable = <Name extends string, Column extends string>(
  table: CreateTableBuilder<Name, Column>,
) => CreateTableBuilder<Name, Column>;

export function columnTypes(kind: "sqlite" | "postgres"): ColumnTypes {
  return kind === "sqlite" ? SQLITE : POSTGRES;
}

const SQLITE: ColumnTypes = {
  integer: "integer",
  text: "text",
  bytes: "blob",
  // STRICT refuses a value of a wrong type, as PostgreSQL does.
  asTable: (table) => table.modifyEnd(sql`strict`),
  asKeyTable: (table) => table.modifyEnd(sql`strict, without rowid`),
};

const POSTGRES: ColumnTypes = {
  integer: "bigint",
  text: sql`text collate "C"`,
  bytes: "bytea",
  asTable: (table) => table,
  asKeyTable: (table) => table,
};
