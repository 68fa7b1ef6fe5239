import type { Database, WriteTransaction } from "../database/database.ts";
import { isForeignKeyViolation } from "../database/errors.ts";

/**
 * Runs `work` in a transaction. In PostgreSQL, between look and use, a collection may take a link or a manifest's
 * bytes, and a push may set a tag to a manifest that is deleted: the second look sees that.
 */
export async function onceAgain<T>(
  database: Database,
  work: (transaction: WriteTransaction) => Promise<T>,
): Promise<T> {
  try {
    return await database.write(work);
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    return database.write(work);
  }
}
