import type { Transaction } from "kysely";
import type { Tables } from "../tables.ts";

/** A step from one version of the schema to the next. Forward only, and never changed once released. */
export type Migration = (schema: SchemaContext) => Promise<void>;

export interface SchemaContext {
  transaction: Transaction<Tables>;
  kind: "sqlite" | "postgres";
}
