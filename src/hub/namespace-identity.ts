import { randomUUID } from "node:crypto";
import type { NamespaceIdentity } from "../apiserver/namespace-resource.ts";
import type { Database } from "../database/database.ts";
import { readKnownSince } from "../database/settings.ts";
import { loadLastingValue } from "./lasting-value.ts";

/**
 * The namespace is as old as the database, and stays the same one: for all replicas, and in a database that is
 * restored, which is otherwise known since then.
 */
export async function loadNamespaceIdentity(database: Database): Promise<NamespaceIdentity> {
  const knownSince = await readKnownSince(database.read);
  const createdAt = await loadLastingValue(database, "namespace-created", () => knownSince.toISOString());
  const uid = await loadLastingValue(database, "namespace-uid", randomUUID);
  return { uid, createdAt: new Date(createdAt) };
}
