import { setImmediate as giveWay } from "node:timers/promises";
import type { ExpressionBuilder } from "kysely";
import type { Database } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { AuditFilter, AuditRecord } from "./entry.ts";
import { dayOf, toRecord } from "./rows.ts";

/** Entries looked at in one query: some 10 ms, however few of them are wanted. */
const WINDOW = 20_000;
/** Windows of one page: a page of very rare entries ends early, with where to go on. */
const MAX_WINDOWS = 100;

export interface AuditPage {
  /** The newest first. */
  records: AuditRecord[];
  /** Where the next page begins; undefined: this is the last. */
  before: number | undefined;
}

/** One page of what is wanted; no page takes long, so it may be short though more follows. */
export async function listEntries(
  database: Database,
  filter: AuditFilter,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<AuditPage> {
  if (filter.organizations?.length === 0) return { records: [], before: undefined };
  const bounds = await boundsOf(database, filter);
  let end = Math.min(before ?? Number.MAX_SAFE_INTEGER, bounds.end);
  const records: AuditRecord[] = [];
  for (let windows = 0; windows < MAX_WINDOWS && end > bounds.start; windows += 1) {
    const start = Math.max(end - WINDOW, bounds.start);
    const rows = await wanted(database, filter)
      .where("id", ">=", start)
      .where("id", "<", end)
      .orderBy("id", "desc")
      .limit(limit - records.length)
      .execute();
    records.push(...rows.map(toRecord));
    const last = records.at(-1);
    if (records.length === limit && last)
      return { records, before: last.id > bounds.start ? last.id : undefined };
    end = start;
    await giveWay();
  }
  return { records, before: end > bounds.start ? end : undefined };
}

/** All that is wanted, page by page. */
export async function* readEntries(database: Database, filter: AuditFilter): AsyncGenerator<AuditRecord[]> {
  let before: number | undefined;
  do {
    const page = await listEntries(database, filter, { before, limit: EXPORT_PAGE });
    if (page.records.length > 0) yield page.records;
    before = page.before;
  } while (before !== undefined);
}

const EXPORT_PAGE = 500;

/**
 * The numbers that entries of the wanted days may have: from `start`, before `end`. A day more at each side: the clocks
 * of hubs that share the database differ, and so does the order of numbers and times.
 */
async function boundsOf(
  { read }: Database,
  { since, until }: AuditFilter,
): Promise<{ start: number; end: number }> {
  const rows = read.selectFrom("audit").select("id");
  const first = await (since ? rows.where("day", ">=", dayOf(since.getTime()) - 1) : rows)
    .orderBy("day")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  const last = await (until ? rows.where("day", "<=", dayOf(until.getTime()) + 1) : rows)
    .orderBy("day", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return first && last ? { start: first.id, end: last.id + 1 } : { start: 0, end: 0 };
}

function wanted({ read }: Database, filter: AuditFilter) {
  const { actor, action, resource, outcome, since, until, organizations } = filter;
  let rows = read.selectFrom("audit").selectAll();
  if (actor !== undefined) rows = rows.where("actor", "=", actor);
  if (action !== undefined) rows = rows.where(isOrBegins("action", action, ["."]));
  if (resource !== undefined) rows = rows.where(isOrBegins("resource", resource, [":", "@"]));
  if (outcome !== undefined) rows = rows.where("outcome", "=", outcome);
  if (since) rows = rows.where("at", ">=", since.getTime());
  if (until) rows = rows.where("at", "<", until.getTime());
  if (organizations) rows = rows.where("organization", "in", organizations).where(isOfItsLife);
  return rows;
}

/** An organization that was deleted, and its name taken by others, is none of theirs. */
function isOfItsLife(eb: ExpressionBuilder<Tables, "audit">) {
  const madeAt = eb
    .selectFrom("organizations")
    .select("created_at")
    .whereRef("organizations.name", "=", "audit.organization");
  return eb("at", ">=", madeAt);
}

/** The text itself, or one that goes on after it with one of these characters. */
function isOrBegins(column: "action" | "resource", text: string, ends: readonly string[]) {
  return (eb: ExpressionBuilder<Tables, "audit">) =>
    eb.or([
      eb(column, "=", text),
      ...ends.map((end) =>
        eb.and([eb(column, ">=", text + end), eb(column, "<", text + nextCharacter(end))]),
      ),
    ]);
}

function nextCharacter(character: string): string {
  return String.fromCodePoint((character.codePointAt(0) ?? 0) + 1);
}
