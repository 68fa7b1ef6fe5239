import { openBlobStorage } from "../src/blob-storage/open.ts";
import { openSqlite } from "../src/database/sqlite.ts";
import { openSqliteConnection } from "../src/database/sqlite-connection.ts";
import { startTestHub, type TestHub } from "./start-hub.ts";

/** A hub that tells what takes the time of an answer, in place of a clock: statements of the database, in their order. */
export interface ToldHub {
  hub: TestHub;
  statementsOf(ask: () => Promise<unknown>): Promise<string[]>;
}

export async function startToldHub(): Promise<ToldHub> {
  let statements: string[] = [];
  const openDatabase = (url: string) =>
    openSqlite(url.slice("sqlite:".length), {
      openConnection(path, pragmas) {
        const connection = openSqliteConnection(path, pragmas);
        return {
          ...connection,
          run(sql, parameters) {
            statements.push(sql);
            return connection.run(sql, parameters);
          },
        };
      },
    });
  const hub = await startTestHub({}, {}, { openBlobStorage, openDatabase });
  return {
    hub,
    async statementsOf(ask) {
      statements = [];
      await ask();
      return statements.splice(0);
    },
  };
}
