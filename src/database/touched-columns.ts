import { constants, type DatabaseSync } from "node:sqlite";

/** What a statement reads or changes: columns of tables, or tables whose rows come and go. */
export interface Touched {
  /** `table.column`, or `table.` where rows are counted alone. */
  reads: ReadonlySet<string>;
  /** `table.column` of an update, `table` of an insert or a delete; ANYTHING of what is none of these. */
  writes: ReadonlySet<string>;
}

export const ANYTHING = "*";

/** None of these changes what is stored. */
const HARMLESS = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
  constants.SQLITE_TRANSACTION,
  constants.SQLITE_SAVEPOINT,
  constants.SQLITE_PRAGMA,
]);

/**
 * Tells what statements touch as they are prepared, by SQLite's authorizer: it is told of what foreign keys and
 * triggers would do, too (https://sqlite.org/c3ref/set_authorizer.html).
 */
export function tellTouched(database: DatabaseSync): <T>(prepare: () => T) => Touched & { prepared: T } {
  let current: { reads: Set<string>; writes: Set<string> } | undefined;
  database.setAuthorizer((action, table, column) => {
    switch (action) {
      case constants.SQLITE_READ:
        current?.reads.add(`${table}.${column}`);
        break;
      case constants.SQLITE_UPDATE:
        current?.writes.add(`${table}.${column}`);
        break;
      case constants.SQLITE_INSERT:
      case constants.SQLITE_DELETE:
        current?.writes.add(`${table}`);
        break;
      default:
        if (!HARMLESS.has(action)) current?.writes.add(ANYTHING);
    }
    return constants.SQLITE_OK;
  });
  return (prepare) => {
    current = { reads: new Set(), writes: new Set() };
    try {
      const prepared = prepare();
      return { prepared, ...current };
    } finally {
      current = undefined;
    }
  };
}
