import type { Database } from "../../database/database.ts";

/** In which groups users are. Organizations may have groups as members: `access.ts` asks for both at once. */
export interface UserGroups {
  /** Takes a user out of all groups, and into these. A name longer than a member may have is left out. */
  set(user: string, groups: ReadonlySet<string>): Promise<void>;
}

/** As long as the name of a member, `resources/organization.ts`. */
const MAX_NAME_LENGTH = 253;
/** Rows of one statement. */
const AT_ONCE = 500;

export function createUserGroups({ database }: { database: Database }): UserGroups {
  return {
    set: (user, groups) =>
      database.write(async (transaction) => {
        const names = [...groups].filter(({ length }) => length > 0 && length <= MAX_NAME_LENGTH);
        await transaction.deleteFrom("user_groups").where("user_name", "=", user).execute();
        for (let at = 0; at < names.length; at += AT_ONCE) {
          const rows = names.slice(at, at + AT_ONCE).map((group_name) => ({ user_name: user, group_name }));
          await transaction.insertInto("user_groups").values(rows).execute();
        }
      }),
  };
}
