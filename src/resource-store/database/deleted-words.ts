import type { ExpressionBuilder } from "kysely";
import type { Database, WriteTransaction } from "../../database/database.ts";
import { prepare } from "../../database/prepared.ts";
import type { Tables } from "../../database/tables.ts";
import type { Kind, Resource } from "../../resources/kinds.ts";
import { encodeDocument, parseDocument } from "./stored-document.ts";
import { createTextReader, insertText, releaseText } from "./texts.ts";
import { lockResources } from "./versions.ts";
import type { Mirror } from "./write.ts";

/** Between two, others write. */
const ROWS_A_TRANSACTION = 200;

/** What users said of resources that are deleted, kept for as long as what was pushed can be restored. */
export interface DeletedWords {
  /** Keeps them, in the transaction of each deletion; the last deletion of a name has its say. */
  mirror: Mirror;
  find<K extends Kind>(kind: K, name: string): Promise<KeptWords<K> | undefined>;
  /** When they were said again, or shall never be. */
  forget(kind: Kind, name: string): Promise<void>;
  /** Forgets those that were kept long enough. */
  prune(): Promise<void>;
}

export interface KeptWords<K extends Kind> {
  /** What `wordsOf` gave. */
  words: Resource<K>;
  deletedAt: Date;
}

export interface DeletedWordsOptions {
  database: Database;
  /** What of a resource is kept; undefined: nothing. */
  wordsOf: (resource: Resource<Kind>) => Resource<Kind> | undefined;
  /** 0: nothing is kept. */
  keepMs: number;
  /** Default Date.now. */
  now?: () => number;
}

export function createDeletedWords({
  database,
  wordsOf,
  keepMs,
  now = Date.now,
}: DeletedWordsOptions): DeletedWords {
  const texts = createTextReader(database);
  const findRow = prepare(database, (queryable, { kind, name }: { kind: Kind; name: string }) =>
    queryable
      .selectFrom("deleted_words")
      .select(["document", "deleted_at"])
      .where("kind", "=", kind)
      .where("name", "=", name),
  );

  function removeLocked(rows: RemovedRows): Promise<number> {
    return database.write(async (transaction) => {
      await lockResources(transaction, database.kind);
      return remove(transaction, { rows, now: now() });
    });
  }

  return {
    async mirror(transaction, { before, after }) {
      if (!before || after || keepMs === 0) return;
      const { kind, metadata } = before;
      await remove(transaction, { rows: { kind, name: metadata.name }, now: now() });
      const words = wordsOf(before);
      if (words) await insert(transaction, words, now());
    },

    async find<K extends Kind>(kind: K, name: string) {
      const row = await findRow.first({ kind, name });
      const [words] = row ? await texts.complete([parseDocument<K>(row.document)]) : [];
      return row && words && { words, deletedAt: new Date(row.deleted_at) };
    },

    async forget(kind, name) {
      await removeLocked({ kind, name });
    },

    async prune() {
      while ((await removeLocked({ until: now() - keepMs })) === ROWS_A_TRANSACTION);
    },
  };
}

async function insert(transaction: WriteTransaction, words: Resource<Kind>, now: number): Promise<void> {
  const { document, texts } = encodeDocument(words);
  // Its spec alone may have one.
  const [[text_digest, content] = [null, ""]] = texts;
  if (text_digest !== null) await insertText.all(transaction, { digest: text_digest, content });
  await transaction
    .insertInto("deleted_words")
    .values({ kind: words.kind, name: words.metadata.name, document, text_digest, deleted_at: now })
    .execute();
}

/** One, or some that were deleted until a time (milliseconds since 1970). */
type RemovedRows = { kind: Kind; name: string } | { until: number };

/** The caller holds the lock of resources, so that nobody looks for texts to remove meanwhile. @returns how many went */
async function remove(
  transaction: WriteTransaction,
  { rows, now }: { rows: RemovedRows; now: number },
): Promise<number> {
  const removed = await transaction
    .deleteFrom("deleted_words")
    .where((eb) =>
      "name" in rows
        ? eb.and([eb("kind", "=", rows.kind), eb("name", "=", rows.name)])
        : eb(eb.refTuple("kind", "name"), "in", oldest(eb, rows.until)),
    )
    .returning("text_digest")
    .execute();
  const digests = new Set(removed.flatMap(({ text_digest }) => text_digest ?? []));
  for (const digest of digests) await releaseText.all(transaction, { digest, now });
  return removed.length;
}

function oldest(eb: ExpressionBuilder<Tables, "deleted_words">, until: number) {
  return eb
    .selectFrom("deleted_words")
    .select(["kind", "name"])
    .where("deleted_at", "<=", until)
    .orderBy("deleted_at")
    .limit(ROWS_A_TRANSACTION)
    .$asTuple("kind", "name");
}
