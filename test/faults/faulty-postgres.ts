import { Kysely, type DatabaseConnection, type Dialect, type Driver } from "kysely";
import type { Database } from "../../src/database/database.ts";
import { pgliteDialect } from "../../src/database/pglite.ts";
import { postgresDatabase, postgresDialect } from "../../src/database/postgres.ts";
import { shortened } from "./faulty-sqlite.ts";
import { withFault, type Faults } from "./faults.ts";

/** A PostgreSQL in this process, beside where SQLite would be, with faults in its transactions. */
export async function openFaultyPglite(sqliteUrl: string, faults: Faults): Promise<Database> {
  const folder = `${sqliteUrl.slice("sqlite:".length)}.pglite`;
  return openFaulty(await pgliteDialect(folder), faults);
}

/** A database of a PostgreSQL server, with faults in its transactions. */
export function openFaultyPostgres(url: string, faults: Faults): Promise<Database> {
  return openFaulty(postgresDialect(url), faults);
}

function openFaulty(dialect: Dialect, faults: Faults): Promise<Database> {
  const faulty: Dialect = {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (kysely) => dialect.createIntrospector(kysely),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => faultyDriver(dialect.createDriver(), faults),
  };
  return postgresDatabase(new Kysely({ dialect: faulty }));
}

function faultyDriver(driver: Driver, faults: Faults): Driver {
  /** Connections, with the statement that each transaction made last. */
  const statements = new WeakMap<DatabaseConnection, string>();
  const known = new WeakSet<DatabaseConnection>();
  // A play takes seconds: a statement is one site, whoever makes it.
  const next = (call: string) => faults.next(call, { isAnywhere: true });

  function withFaults(connection: DatabaseConnection): void {
    const execute = connection.executeQuery.bind(connection) as DatabaseConnection["executeQuery"];
    known.add(connection);
    connection.executeQuery = (query, options) => {
      const statement = shortened(query.sql);
      const isWithin = statements.has(connection);
      if (!isWithin || !WRITE.test(statement)) return execute(query, options);
      statements.set(connection, statement);
      return withFault(next(statement), () => execute(query, options));
    };
  }

  return {
    init: (options) => driver.init(options),
    async acquireConnection(options) {
      const connection = await driver.acquireConnection(options);
      if (!known.has(connection)) withFaults(connection);
      return connection;
    },
    async beginTransaction(connection, settings) {
      await driver.beginTransaction(connection, settings);
      statements.set(connection, "");
    },
    commitTransaction(connection, ...rest) {
      const statement = statements.get(connection) ?? "";
      statements.delete(connection);
      // What only read is over, however it ends.
      const fault = statement === "" ? undefined : next(`commit of ${statement}`);
      return withFault(fault, () => driver.commitTransaction(connection, ...rest));
    },
    rollbackTransaction(connection, ...rest) {
      statements.delete(connection);
      return driver.rollbackTransaction(connection, ...rest);
    },
    releaseConnection: (connection) => driver.releaseConnection(connection),
    destroy: () => driver.destroy(),
  };
}

const WRITE = /^(?:with|insert|update|delete) /;
