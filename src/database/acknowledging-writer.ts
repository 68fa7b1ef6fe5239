import { openSqlite } from "./sqlite.ts";

/** For sqlite.test.ts: writes for ever, eight at a time, and prints the name of each row that was acknowledged. */
const WRITERS = 8;

const database = await openSqlite(String(process.argv[2]), { checkpointPages: 100 });
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => writeForEver(writer)));

async function writeForEver(writer: number): Promise<void> {
  for (let row = 0; ; row++) {
    const name = `${writer}-${row}`;
    await database.write((transaction) =>
      transaction
        .insertInto("settings")
        .values({ name, value: "x".repeat(1000) })
        .execute(),
    );
    process.stdout.write(`${name}\n`);
  }
}
