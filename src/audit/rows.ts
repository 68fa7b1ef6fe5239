import type { Selectable } from "kysely";
import type { Queryable } from "../database/database.ts";
import { prepareStatement } from "../database/prepared.ts";
import type { AuditTable } from "../database/tables.ts";
import type { AuditEntry, AuditRecord } from "./entry.ts";
import { withoutSecrets } from "./without-secrets.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The partition of a time. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** Longer than any name of a user or a resource, and what they are written with: a text that is none is left out. */
const NAME = /^[\w.:@/+-]{0,400}$/;

/** Adds an entry. */
export async function insertEntry(on: Queryable, entry: AuditEntry, now: number): Promise<void> {
  await insert.all(on, toRow(entry, now));
}

/**
 * Adds an entry about a tag that is about to be set or deleted, with what it names until then.
 * @param tag what the entry is about
 */
export async function insertTagEntry(
  on: Queryable,
  { entry, repository, tag }: { entry: AuditEntry; repository: string; tag: string },
  now: number,
): Promise<void> {
  await insertAboutTag.all(on, { ...toRow(entry, now), repository, tag });
}

export function toRecord(row: Selectable<AuditTable>): AuditRecord {
  const { id, at, token, digest, previous_digest: previousDigest, ...rest } = row;
  const { actor, address, action, resource, organization, outcome, status, count } = rest;
  return {
    id,
    at: new Date(at),
    actor,
    ...(token !== null && { token }),
    address,
    action,
    resource,
    organization,
    ...(digest !== null && { digest }),
    ...(previousDigest !== null && { previousDigest }),
    outcome,
    status,
    count,
  };
}

type Row = Omit<Selectable<AuditTable>, "id">;

function toRow(entry: AuditEntry, now: number): Row {
  return {
    day: dayOf(now),
    at: now,
    actor: nameIn(entry.actor),
    token: entry.token ?? null,
    address: entry.address,
    action: entry.action,
    resource: nameIn(entry.resource),
    organization: nameIn(entry.organization),
    digest: entry.digest ?? null,
    previous_digest: entry.previousDigest ?? null,
    outcome: entry.outcome,
    status: entry.status,
    count: entry.count,
  };
}

function nameIn(text: string): string {
  return NAME.test(text) ? withoutSecrets(text) : "";
}

const insert = prepareStatement((on, row: Row) => on.insertInto("audit").values(columnsOf(row)));

const insertAboutTag = prepareStatement((on, row: Row & { repository: string; tag: string }) =>
  on.insertInto("audit").values((eb) => ({
    ...columnsOf(row),
    previous_digest: eb
      .selectFrom("tags")
      .innerJoin("repositories", "repositories.id", "tags.repository_id")
      .select("tags.digest")
      .where("repositories.name", "=", row.repository)
      .where("tags.name", "=", row.tag),
  })),
);

/** Named one by one: a prepared statement's values are placeholders, which cannot be spread. */
function columnsOf(row: Row): Row {
  return {
    day: row.day,
    at: row.at,
    actor: row.actor,
    token: row.token,
    address: row.address,
    action: row.action,
    resource: row.resource,
    organization: row.organization,
    digest: row.digest,
    previous_digest: row.previous_digest,
    outcome: row.outcome,
    status: row.status,
    count: row.count,
  };
}
