/** Rows of one page: a query of some milliseconds, since SQLite's hold up the event loop. */
export const PAGE_ROWS = 500;

/** All rows of a query that `page` makes for those after a row. */
export async function* inPages<Row>(
  first: Row,
  page: (after: Row) => Promise<Row[]>,
): AsyncGenerator<Row, void> {
  for (let last: Row | undefined = first; last !== undefined;) {
    const rows: Row[] = await page(last);
    yield* rows;
    last = rows.length < PAGE_ROWS ? undefined : rows.at(-1);
  }
}
