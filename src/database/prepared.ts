import type { Compilable, CompiledQuery } from "kysely";
import type { Database, Queryable } from "./database.ts";
import { ConnectionAdapter } from "./sqlite-dialect.ts";
import type { ColumnsVersion } from "./versions-of-columns.ts";

/** A query built and compiled once, for hot paths: building one anew costs some 30 µs, more than most take to run. */
export interface PreparedQuery<Parameters, Row> {
  /** @param on the transaction that is under way; without it, what is committed is read */
  all(parameters: Parameters, on?: Queryable): Promise<Row[]>;
  first(parameters: Parameters, on?: Queryable): Promise<Row | undefined>;
  /** Rises with each commit that changes what the query reads; undefined where other processes commit as well. */
  version(): number | undefined;
}

/** The same for a statement that runs in transactions alone. */
export interface PreparedStatement<Parameters, Row> {
  all(on: Queryable, parameters: Parameters): Promise<Row[]>;
  first(on: Queryable, parameters: Parameters): Promise<Row | undefined>;
}

/**
 * Makes the query. It gets placeholders where values will be: it may hand them to Kysely, one value each, and nothing
 * else (they are no strings or numbers, and no lists).
 *
 *     const findTag = prepare(database, (queryable, { name }: { name: string }) =>
 *       queryable.selectFrom("tags").selectAll().where("name", "=", name));
 *     const tag = await findTag.first({ name: "v1" });
 */
export type Build<Parameters, Row> = (queryable: Queryable, parameters: Parameters) => Compilable<Row>;

/** Prepares a query for one database. */
export function prepare<Parameters extends object, Row>(
  database: Database,
  build: Build<Parameters, Row>,
): PreparedQuery<Parameters, Row> {
  const bind = compile(database.read, build);
  async function all(values: Parameters, on?: Queryable): Promise<Row[]> {
    return on ? run(on, bind(values)) : database.execute(bind(values));
  }
  let columns: ColumnsVersion | undefined;
  function version(): number | undefined {
    columns ??= database.versionOf(bind({} as Parameters).sql);
    return columns?.version;
  }
  return { all, first: async (values, on) => (await all(values, on))[0], version };
}

/** Prepares a statement for whichever database the transaction is of. */
export function prepareStatement<Parameters extends object, Row>(
  build: Build<Parameters, Row>,
): PreparedStatement<Parameters, Row> {
  /** By the class that stands for a dialect of SQL. */
  const compiled = new Map<unknown, Bind<Parameters, Row>>();

  async function all(on: Queryable, values: Parameters): Promise<Row[]> {
    const { adapter } = on.getExecutor();
    const bind = compiled.get(adapter.constructor) ?? compile(on, build);
    compiled.set(adapter.constructor, bind);
    return run(on, bind(values));
  }
  return { all, first: async (on, values) => (await all(on, values))[0] };
}

/** Runs a statement with some rows of values, one at least. */
export type RunWithRows<Values, Row> = (on: Queryable, rows: readonly Values[]) => Promise<Row[]>;

/** Statements with more rows are compiled anew, which is little beside what they do. */
const KEPT_ROWS = 32;

/**
 * Prepares a statement that takes a few rows, such as an insert, or a list: each number of them is a statement of its
 * own.
 * @param build as in `prepare`, with a placeholder for each value of each row
 */
export function prepareRows<Values extends object, Row>(
  build: (queryable: Queryable, rows: readonly Values[]) => Compilable<Row>,
): RunWithRows<Values, Row> {
  const byCount = new Map<number, PreparedStatement<Record<string, unknown>, Row>>();

  function statementOf(count: number): PreparedStatement<Record<string, unknown>, Row> {
    return prepareStatement((queryable, cells: Record<string, unknown>) => {
      const rowAt = (row: number): Values =>
        new Proxy({} as Values, { get: (_target, column) => cells[cellName(row, String(column))] });
      return build(
        queryable,
        Array.from({ length: count }, (_, row) => rowAt(row)),
      );
    });
  }

  return (on, rows) => {
    const statement = byCount.get(rows.length) ?? statementOf(rows.length);
    if (rows.length <= KEPT_ROWS) byCount.set(rows.length, statement);
    const cells = rows.flatMap((row, index) =>
      Object.entries(row).map(([column, value]) => [cellName(index, column), value] as const),
    );
    return statement.all(on, Object.fromEntries(cells));
  };
}

function cellName(row: number, column: string): string {
  return `${row} ${column}`;
}

async function run<Row>(on: Queryable, query: CompiledQuery<Row>): Promise<Row[]> {
  const { adapter } = on.getExecutor();
  return adapter instanceof ConnectionAdapter ? adapter.run(query) : (await on.executeQuery(query)).rows;
}

type Bind<Parameters, Row> = (values: Parameters) => CompiledQuery<Row>;

function compile<Parameters extends object, Row>(
  queryable: Queryable,
  build: Build<Parameters, Row>,
): Bind<Parameters, Row> {
  const names = new Map<symbol, string>();
  const query = build(queryable, placeholders<Parameters>(names)).compile();
  const slots = query.parameters.map((value) => (typeof value === "symbol" ? names.get(value) : undefined));
  return (values) => {
    const parameters = slots.map((name, index) =>
      name === undefined ? query.parameters[index] : values[name as keyof Parameters],
    );
    return { ...query, parameters };
  };
}

/** An object whose every property is a symbol of its own: one that is used as a text throws. */
function placeholders<Parameters extends object>(names: Map<symbol, string>): Parameters {
  return new Proxy({} as Parameters, {
    get(_target, name) {
      const placeholder = Symbol(String(name));
      names.set(placeholder, String(name));
      return placeholder;
    },
  });
}
