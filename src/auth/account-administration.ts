import { sql, type Expression, type RawBuilder, type SqlBool } from "kysely";
import type { Database } from "../database/database.ts";
import { toAccount, type Account } from "./account-rows.ts";
import { endSessions } from "./sessions.ts";

/** What administrators do with accounts of others. */
export interface AccountAdministration {
  /** In the order of their names. @param page.text what a name, or a display name, has in it, in letters large or small */
  list(page: { limit: number; after?: string | undefined; text?: string | undefined }): Promise<Account[]>;
  /**
   * Lets nobody log in to an account any more, or lets its user in again. Its sessions end, and its tokens give
   * nothing as long as it is disabled.
   * @returns undefined when there is no such account
   */
  setDisabled(name: string, disabled: boolean): Promise<Account | undefined>;
}

/** As both databases know it: `%`, `_` and `\\` are what they are. */
function hasIn(column: Expression<string>, text: string): RawBuilder<SqlBool> {
  const pattern = `%${text.toLowerCase().replaceAll(/[%_\\]/g, String.raw`\$&`)}%`;
  return sql<SqlBool>`lower(${column}) like ${pattern} escape '\\'`;
}

export function createAccountAdministration({ database }: { database: Database }): AccountAdministration {
  return {
    async list({ limit, after = "", text = "" }) {
      const rows = await database.read
        .selectFrom("users")
        .selectAll()
        .where("name", ">", after)
        .$if(text !== "", (query) =>
          query.where((eb) => eb.or([hasIn(eb.ref("name"), text), hasIn(eb.ref("display_name"), text)])),
        )
        .orderBy("name")
        .limit(limit)
        .execute();
      return rows.map(toAccount);
    },

    setDisabled: (name, disabled) =>
      database.write(async (transaction) => {
        const row = await transaction
          .updateTable("users")
          .set({ disabled: Number(disabled) })
          .where("name", "=", name)
          .returningAll()
          .executeTakeFirst();
        if (disabled) await endSessions(transaction, { user: name });
        return row && toAccount(row);
      }),
  };
}
