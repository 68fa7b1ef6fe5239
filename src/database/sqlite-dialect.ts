import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
} from "kysely";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Kysely on one SQLite connection. Its user lets one transaction in at a time. */
export function sqliteDialect(connection: SqliteConnection): Dialect {
  return {
    createAdapter: () => new UnlockedSqliteAdapter(),
    createDriver: () => sqliteDriver(connection),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Statements run to their end within a call, so readers need no lock between them. */
class UnlockedSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

function sqliteDriver(connection: SqliteConnection): Driver {
  const kyselyConnection = kyselyConnectionOf(connection);
  return {
    async init() {
      // Open already.
    },
    acquireConnection: () => Promise.resolve(kyselyConnection),
    async beginTransaction() {
      // Takes the write lock now: a transaction that reads first could not get it later.
      connection.run("BEGIN IMMEDIATE", []);
    },
    async commitTransaction() {
      connection.run("COMMIT", []);
    },
    async rollbackTransaction() {
      // SQLite has rolled back by itself after some errors, such as a full disk.
      if (connection.database.isTransaction) connection.run("ROLLBACK", []);
    },
    async releaseConnection() {
      // Never given away.
    },
    async destroy() {
      connection.close();
    },
  };
}

function kyselyConnectionOf(connection: SqliteConnection): DatabaseConnection {
  return {
    async executeQuery<Row>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      const { rows, changes, lastInsertRowid } = connection.run(sql, parameters);
      return {
        rows: rows as Row[],
        ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
        ...(lastInsertRowid !== undefined && { insertId: BigInt(lastInsertRowid) }),
      };
    },
    streamQuery() {
      throw new Error(
        "Cannot stream a query: an open cursor would keep the write-ahead log from being reset",
      );
    },
  };
}
