import type { Database } from "../../database/database.ts";

/** Whether anything was ever pushed: a hub that was started where its data is lost has nothing. */
export async function hasContent({ read }: Pick<Database, "read">): Promise<boolean> {
  const row = await read.selectFrom("repositories").select("id").limit(1).executeTakeFirst();
  return row !== undefined;
}
