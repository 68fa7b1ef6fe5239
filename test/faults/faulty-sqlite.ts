import { openSqlite } from "../../src/database/sqlite.ts";
import { openSqliteConnection, type SqliteConnection } from "../../src/database/sqlite-connection.ts";
import type { Database } from "../../src/database/database.ts";
import { syncData } from "../../src/database/write-ahead-log.ts";
import { withFault, type Faults } from "./faults.ts";

/** An SQLite database with faults in its statements. */
export function openFaultySqlite(url: string, faults: Faults): Promise<Database> {
  return openSqlite(pathOf(url), {
    openConnection: (path, pragmas) =>
      faultyConnection(openSqliteConnection(path, pragmas), {
        faults,
        name: pragmas.includes("query_only = on") ? "read" : "write",
      }),
  });
}

/** An SQLite database with faults in the syncs of its write-ahead log. */
export function openUnsyncedSqlite(url: string, faults: Faults): Promise<Database> {
  return openSqlite(pathOf(url), {
    syncFile: (file) => withFault(faults.next("sync"), () => syncData(file)),
  });
}

function pathOf(url: string): string {
  return url.slice("sqlite:".length);
}

function faultyConnection(
  connection: SqliteConnection,
  { faults, name }: { faults: Faults; name: string },
): SqliteConnection {
  let statement = "";
  return {
    ...connection,
    run(sql, parameters) {
      if (UNDOES.test(sql)) return connection.run(sql, parameters);
      // A commit goes by what it commits.
      const call = sql === "COMMIT" ? `COMMIT of ${statement}` : shortened(sql);
      statement = shortened(sql);
      // What is read in a transaction and beside it is the same to whoever asked.
      const isAnywhere = sql.startsWith("select");
      const fault = faults.next(`${name} ${call}`, { isAnywhere });
      if (fault?.before) throw fault.before();
      const result = connection.run(sql, parameters);
      if (fault?.after) throw fault.after();
      return result;
    },
  };
}

/** What undoes, and what marks where to undo to, writes nothing. */
const UNDOES = /^(?:ROLLBACK|SAVEPOINT|RELEASE)\b/;

/** Statements that differ in how many values they list are one. */
export function shortened(sql: string): string {
  return sql.replaceAll(/(?:\((?:\?|\$\d)[^)]*\)(?:, )?)+/g, "(…)").slice(0, 160);
}
