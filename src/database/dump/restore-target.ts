import type { SchemaContext } from "../migrations/migration.ts";

/** A database whose place a dump is to take. Nothing of it is changed, or migrated, before `replace`. */
export interface RestoreTarget {
  /** What there is, for a person to read; undefined when there is nothing. */
  describe(): Promise<string | undefined>;

  /** Whether a hub works on it now, as far as the database itself can tell. */
  isInUse(): Promise<boolean>;

  /**
   * Replaces all that there is by what `load` writes in one transaction, or nothing; `load` may be run again.
   * @returns what `load` gives, and where the earlier database is kept, if it is
   * @throws what `load` throws; DatabaseFullError
   */
  replace<T>(load: (context: SchemaContext) => Promise<T>): Promise<{ result: T; kept: string | undefined }>;

  close(): Promise<void>;
}
