import { after } from "node:test";
import type { Database } from "./database.ts";
import { createPostgresDatabase } from "./postgres-server.ts";

/**
 * Opens a database of the server that is made when it is opened first, and removed when the file's tests have ended. A
 * file must not wait for it before it names its tests: those that it named before may end meanwhile, and with them all.
 */
export function onPostgresServer(server: string): () => Promise<Database> {
  let made: ReturnType<typeof createPostgresDatabase> | undefined;
  after(async () => (await made)?.drop());
  return async () => {
    made ??= createPostgresDatabase(server);
    return (await made).open();
  };
}
