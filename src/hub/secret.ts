import { randomBytes } from "node:crypto";
import type { Database } from "../database/database.ts";
import { loadLastingValue } from "./lasting-value.ts";

const SECRET_BYTES = 32;

/** 32 random bytes, made once and kept in the database under this name, so that all replicas share them. */
export async function loadSecret(database: Database, name: string): Promise<Buffer> {
  return Buffer.from(await loadLastingValue(database, name, makeSecret), "base64url");
}

function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}
