import { randomBytes } from "node:crypto";
import { Client } from "pg";
import type { Database } from "./database.ts";
import { openDatabase } from "./open.ts";

/**
 * For tests: a real server's URL, whose user may create databases. Without one only PGlite is tested, which has one
 * connection and so hides the races between two.
 */
export const POSTGRES_SERVER = process.env["IMAGEHUB_TEST_POSTGRES"];

/** A new database of the server: `open` opens it once each call, `drop` removes it. */
export async function createPostgresDatabase(
  server: string,
): Promise<{ url: string; open: () => Promise<Database>; drop: () => Promise<void> }> {
  const name = `imagehub_test_${randomBytes(6).toString("hex")}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await runOnServer(server, `CREATE DATABASE ${name}`);
  return {
    url: url.href,
    open: () => openDatabase(url.href),
    drop: () => runOnServer(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function runOnServer(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
