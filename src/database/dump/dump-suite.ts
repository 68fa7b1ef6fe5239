import assert from "node:assert/strict";
import { test } from "node:test";
import { sql, type ColumnMetadata } from "kysely";
import type { Database, Queryable } from "../database.ts";
import { NEWEST_SCHEMA } from "../migrate.ts";
import { MAX_BATCH_ROWS } from "../snapshot.ts";
import { TABLE_NAMES } from "../table-names.ts";
import { loadDump } from "./load-dump.ts";
import type { Place } from "./places.fixture.ts";
import { dumpDatabase } from "./write-dump.ts";

/** What a dump of one database is when it is restored into another. */
export function testDump(
  name: string,
  places: { from: () => Promise<Place>; to: () => Promise<Place> },
): void {
  test(`every row of every table comes back: ${name}`, async () => {
    const from = await (await places.from()).open();
    await from.write((transaction) => fillTables(transaction, from.kind));
    const dump = await collect(dumpDatabase(from, { program: "1.2.3" }));
    const expected = await contentOf(from);
    for (const table of TABLE_NAMES) assert.notDeepEqual(expected[table], [], table);

    const place = await places.to();
    // What was there goes: rows, and numbers that were given.
    const earlier = await place.open();
    await earlier.write((transaction) =>
      insertRow(transaction, earlier.kind, { table: "repositories", seed: 900 }),
    );
    await earlier.close();
    const target = place.target();
    assert.match((await target.describe()) ?? "", /1 repositories and 0 users/);
    const { result } = await target.replace((context) => loadDump(context, chunks(dump)));
    await target.close();
    assert.deepEqual(
      [result.header.program, result.header.schema, result.header.kind, result.rows["tags"]],
      ["1.2.3", NEWEST_SCHEMA, from.kind, expected["tags"]?.length],
    );

    const restored = await place.open();
    assert.deepEqual(await contentOf(restored), expected);
    assert.equal(restored.incarnation, from.incarnation);
    // Numbers of rows that are gone are not given again.
    assert.equal(await nextRepositoryId(restored), await nextRepositoryId(from));
    await Promise.all([from.close(), restored.close()]);
  });
}

/** What a dump shows while others write. */
export function testSnapshot(
  name: string,
  place: () => Promise<Place>,
  { beside }: { beside: boolean },
): void {
  test(`a dump holds what was committed when it began, all of it and nothing later: ${name}`, async () => {
    const database = await (await place()).open();
    const rows = 3 * MAX_BATCH_ROWS;
    const fill = (from: number, to: number) =>
      database.write(async (transaction) => {
        for (let seed = from; seed < to; seed += 1) {
          await insertRow(transaction, database.kind, { table: "organizations", seed });
        }
      });
    await fill(0, rows);
    const snapshot = await database.openSnapshot();
    const writing = fill(rows, rows + 1);
    if (beside) await writing;
    const names: unknown[] = [];
    for await (const batch of snapshot.rows("organizations")) {
      assert.ok(batch.rows.length <= MAX_BATCH_ROWS);
      names.push(...batch.rows.map((row) => row[batch.columns.indexOf("name")]));
    }
    assert.deepEqual([names.length, new Set(names).size], [rows, rows]);
    await snapshot.close();
    await writing;
    await database.close();
  });
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source));
}

/** Bytes as a file gives them: in pieces that end anywhere. */
export async function* chunks(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** Rows of every table. Those of one seed have equal keys, and so refer to each other. */
export async function fillTables(transaction: Queryable, kind: Database["kind"]): Promise<void> {
  for (const table of TABLE_NAMES) {
    for (let seed = 1; seed <= MAX_BATCH_ROWS + 2; seed += 1)
      await insertRow(transaction, kind, { table, seed });
  }
  // The number given last is no row's.
  await insertRow(transaction, kind, { table: "repositories", seed: 500 });
  await transaction.deleteFrom("repositories").where("id", "=", 500).execute();
}

async function insertRow(
  transaction: Queryable,
  kind: Database["kind"],
  { table, seed }: { table: string; seed: number },
): Promise<void> {
  const columns = (await tablesOf(transaction)).find(({ name }) => name === table)?.columns ?? [];
  const values = columns.map((column) => valueOf(column, seed));
  const overriding = kind === "postgres" ? sql`OVERRIDING SYSTEM VALUE` : sql``;
  await sql`
    INSERT INTO ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column.name)))}) ${overriding}
    VALUES (${sql.join(values)})`.execute(transaction);
  if (kind === "postgres" && columns.some(({ isAutoIncrementing }) => isAutoIncrementing)) {
    await sql`SELECT setval(pg_get_serial_sequence(${table}, 'id'), ${sql.lit(seed)})`.execute(transaction);
  }
}

function valueOf(
  {
    dataType,
    isNullable,
    isAutoIncrementing,
  }: Pick<ColumnMetadata, "dataType" | "isNullable" | "isAutoIncrementing">,
  seed: number,
): unknown {
  // SQLite's numbered keys are nullable, so that it numbers them.
  if (isNullable && !isAutoIncrementing && seed % 2 === 1) return null;
  if (/int/i.test(dataType)) return seed === 2 ? Number.MIN_SAFE_INTEGER : seed;
  if (/text/i.test(dataType)) return `${seed} "quoted"\n\\ 名前 🍍`;
  return Uint8Array.from({ length: 3 * seed }, (_, index) => index * seed);
}

const known = new WeakMap<Queryable, ReturnType<typeof introspect>>();

function tablesOf(queryable: Queryable): ReturnType<typeof introspect> {
  const tables = known.get(queryable) ?? introspect(queryable);
  known.set(queryable, tables);
  return tables;
}

function introspect(queryable: Queryable) {
  return queryable.introspection.getTables();
}

/** All rows of each table, as text, in order. */
async function contentOf({ read }: Database): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const table of TABLE_NAMES) {
    const rows = (await read.selectFrom(table).selectAll().execute()) as Record<string, unknown>[];
    content[table] = rows
      .map((row) => JSON.stringify(Object.entries(row).map(([key, value]) => [key, shown(value)])))
      .toSorted();
  }
  return content;
}

function shown(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

function nextRepositoryId(database: Database): Promise<number> {
  return database.write(async (transaction) => {
    const { id } = await transaction
      .insertInto("repositories")
      .values({
        name: "next/one",
        organization: "next",
        visibility: "public",
        immutable_tags: "[]",
        newest_tag: null,
        pulls: 0,
        created_at: 0,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    return id;
  });
}
