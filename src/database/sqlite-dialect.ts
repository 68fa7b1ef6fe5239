import {
  DefaultQueryExecutor,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  Transaction,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
} from "kysely";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { Tables } from "./tables.ts";

/** Kysely on one SQLite connection. Its user lets one transaction in at a time. */
export function sqliteDialect(connection: SqliteConnection): Dialect {
  return {
    createAdapter: () => new ConnectionAdapter(connection),
    createDriver: () => sqliteDriver(connection),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * Kysely on the transaction that is open on a connection, for whoever begins and commits by the connection itself:
 * Kysely's own transactions cost as much time as the two or three statements in most of them.
 */
export function sqliteTransaction(connection: SqliteConnection): Transaction<Tables> {
  const dialect = sqliteDialect(connection);
  const kyselyConnection = kyselyConnectionOf(connection);
  const executor = new DefaultQueryExecutor(dialect.createQueryCompiler(), dialect.createAdapter(), {
    provideConnection: (consumer) => consumer(kyselyConnection),
  });
  return new Transaction({ config: { dialect }, dialect, driver: dialect.createDriver(), executor });
}

/** Of a dialect with one connection, which can be asked past Kysely's layers. */
export class ConnectionAdapter extends SqliteAdapter {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super();
    this.#connection = connection;
  }

  /** Statements run to their end within a call, so readers need no lock between them. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  run<Row>({ sql, parameters }: CompiledQuery<Row>): Row[] {
    return this.#connection.run(sql, parameters).rows as Row[];
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
