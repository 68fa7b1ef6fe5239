import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { NEWEST_SCHEMA } from "../migrate.ts";
import { openDatabase } from "../open.ts";
import { chunks, collect, fillTables } from "./dump-suite.ts";
import { DumpDamagedError, DumpVersionError } from "./errors.ts";
import { loadDump } from "./load-dump.ts";
import { verifyDump } from "./read-dump.ts";
import { openRestoreTarget } from "./open-target.ts";
import { dumpDatabase } from "./write-dump.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-dump-"));
after(() => rm(folder, { recursive: true }));

const database = await openDatabase(`sqlite:${join(folder, "hub.db")}`);
await database.write((transaction) => fillTables(transaction, "sqlite"));
const dump = await collect(dumpDatabase(database, { program: "1.2.3" }));
const lines = zstdDecompressSync(dump).toString().trimEnd().split("\n");
await database.close();

test("a dump that was cut off anywhere is refused", async () => {
  for (const length of [0, 1, 20, dump.length / 2, dump.length - 1].map(Math.floor)) {
    await assert.rejects(verifyDump(chunks(dump.subarray(0, length))), DumpDamagedError, `${length} bytes`);
  }
  for (const count of [0, 1, 2, lines.length - 1]) {
    await assert.rejects(verify(lines.slice(0, count)), DumpDamagedError, `${count} lines`);
  }
  await assert.rejects(verifyDump(chunks(pack(lines).subarray(0, -1))), DumpDamagedError);
});

test("a dump with other bytes than were written is refused", async () => {
  for (const [what, changed] of Object.entries({
    "a value": lines.map((line) => line.replace('"102 ', '"103 ')),
    "a row less": withDigest(lines.toSpliced(-2, 1)),
    "a row more": withDigest(lines.toSpliced(-2, 0, lines.at(-2) ?? "")),
    "a row of fewer values": withDigest(lines.toSpliced(-2, 0, '["1"]')),
    "a table that is not the hub's": withDigest(lines.toSpliced(-1, 0, '{"table":"pg_authid","columns":[]}')),
    "a value of no type": withDigest(lines.with(2, '[{"a":1},""]')),
    "what is no JSON": withDigest(lines.with(2, "[")),
    "what is no row": withDigest(lines.with(2, "7")),
    "a second end": [...lines, lines.at(-1) ?? ""],
    "no header": withDigest(lines.slice(1)),
    "a line without end": [...lines.slice(0, 3), "x".repeat(17 * 1024 * 1024)],
  })) {
    await assert.rejects(verify(changed), DumpDamagedError, what);
  }
  await assert.rejects(verifyDump(chunks(Buffer.from("no dump at all"))), DumpDamagedError);
  const flipped = Buffer.from(dump);
  const middle = flipped.length >> 1;
  flipped.writeUInt8(flipped.readUInt8(middle) ^ 1, middle);
  await assert.rejects(verifyDump(chunks(flipped)), DumpDamagedError);
});

test("a dump of an older or newer format, or a newer schema, is refused with the program to use", async () => {
  const header = JSON.parse(lines[0] ?? "") as object;
  for (const [changed, message] of [
    [{ dump: 0 }, /format is version 0, expected 1: run the ImageHub that wrote it/],
    [{ dump: 2 }, /format is version 2, expected 1: run a newer ImageHub/],
    [{ schema: NEWEST_SCHEMA + 1 }, /schema is version \d+, expected \d+ or older: run a newer ImageHub/],
  ] as const) {
    const other = withDigest(lines.with(0, JSON.stringify({ ...header, ...changed })));
    await assert.rejects(
      verify(other),
      (error) => error instanceof DumpVersionError && message.test(error.message),
    );
  }
});

test("a dump of an older schema is migrated to this program's", async () => {
  const old = withDigest([
    JSON.stringify({ dump: 1, schema: 1, tables: ["settings"], sequences: {}, kind: "postgres" }),
    '{"table":"settings","columns":["name","value"]}',
    '["incarnation","old"]',
    '{"end":{"rows":{"settings":1}}}',
  ]);
  const url = `sqlite:${join(folder, "old.db")}`;
  await openRestoreTarget(url).replace((context) => loadDump(context, chunks(pack(old))));
  const restored = await openDatabase(url);
  assert.equal(restored.incarnation, "old");
  assert.deepEqual(await restored.read.selectFrom("manifests").select("pulled_at").execute(), []);
  await restored.close();
});

test("a dump that turns out damaged while it is loaded changes nothing, and leaves nothing behind", async () => {
  const url = `sqlite:${join(folder, "hub.db")}`;
  const before = await readdir(folder);
  const target = openRestoreTarget(url);
  const cutOff = dump.subarray(0, -8);
  await assert.rejects(
    target.replace((context) => loadDump(context, chunks(cutOff))),
    DumpDamagedError,
  );
  assert.deepEqual(await readdir(folder), before);
  const again = await openDatabase(url);
  assert.ok((await again.read.selectFrom("users").select("name").execute()).length > 1);
  await again.close();
});

test("the SQLite database that a dump replaces is kept beside it", async () => {
  const url = `sqlite:${join(folder, "kept.db")}`;
  const earlier = await openDatabase(url);
  const { incarnation } = earlier;
  await earlier.close();
  const { kept } = await openRestoreTarget(url).replace((context) => loadDump(context, chunks(dump)));
  const opened = await openDatabase(`sqlite:${kept}`);
  assert.equal(opened.incarnation, incarnation);
  await opened.close();
});

function verify(changed: string[]): Promise<unknown> {
  return verifyDump(chunks(pack(changed), 100_000));
}

function pack(packed: string[]): Buffer {
  return zstdCompressSync(packed.map((line) => `${line}\n`).join(""));
}

/** The digest as if the lines had been written so. */
function withDigest(changed: string[]): string[] {
  const { end } = JSON.parse(changed.at(-1) ?? "") as { end: object };
  const before = changed.slice(0, -1);
  const hash = createHash("sha256").update(before.map((line) => `${line}\n`).join(""));
  return [...before, JSON.stringify({ end: { ...end, digest: `sha256:${hash.digest("hex")}` } })];
}
