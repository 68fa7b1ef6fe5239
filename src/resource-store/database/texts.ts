import { LRUCache } from "lru-cache";
import type { Database, Queryable, WriteTransaction } from "../../database/database.ts";
import { prepare, prepareStatement } from "../../database/prepared.ts";
import type { Kind, Resource } from "../../resources/kinds.ts";
import { ExpiredError } from "../errors.ts";
import { completed, completedJson, textsOf, type ParsedDocument } from "./stored-document.ts";
import { lockResources } from "./versions.ts";

/** Puts texts into the documents that name them. All of it throws ExpiredError when a text is gone since. */
export interface TextReader {
  /** @param on the transaction that is under way; without it, what is committed is read */
  complete<K extends Kind>(documents: ParsedDocument<K>[], on?: Queryable): Promise<Resource<K>[]>;
  /** As JSON: texts are kept as such, so they need not be parsed for it. */
  completeJson(document: ParsedDocument<Kind>): Promise<string>;
}

/** Of texts in memory: those of some hundred repositories. */
const MAX_CACHED_CHARACTERS = 8 * 1024 * 1024;

export function createTextReader(database: Database): TextReader {
  const findContent = prepare(database, (queryable, { digest }: { digest: string }) =>
    queryable.selectFrom("resource_texts").select(["digest", "content"]).where("digest", "=", digest),
  );
  /** JSON by digest. What is here stays true. */
  const cache = new LRUCache<string, string>({
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: (content) => content.length,
  });

  /** All of them, also where they are more than the cache takes. */
  async function read(digests: Set<string>, on?: Queryable): Promise<(digest: string) => string> {
    const contents = new Map<string, string>();
    for (const digest of digests) {
      const content = cache.get(digest);
      if (content !== undefined) contents.set(digest, content);
    }
    const missing = [...digests].filter((digest) => !contents.has(digest));
    if (missing.length > 0) {
      for (const { digest, content } of await readContents(missing, on)) {
        contents.set(digest, content);
        cache.set(digest, content);
      }
    }
    return (digest) => contents.get(digest) ?? refuseLost();
  }

  async function readContents(
    digests: string[],
    on?: Queryable,
  ): Promise<{ digest: string; content: string }[]> {
    const [digest] = digests;
    if (digests.length === 1 && digest !== undefined) return findContent.all({ digest }, on);
    return (on ?? database.read)
      .selectFrom("resource_texts")
      .select(["digest", "content"])
      .where("digest", "in", digests)
      .execute();
  }

  return {
    async complete(documents, on) {
      const digests = new Set(documents.flatMap((document) => [...textsOf(document)]));
      if (digests.size === 0) return documents.map(({ resource }) => resource);
      const contentOf = await read(digests, on);
      const texts = new Map([...digests].map((digest) => [digest, JSON.parse(contentOf(digest)) as string]));
      return documents.map((document) => completed(document, (digest) => texts.get(digest) ?? ""));
    },

    async completeJson(document) {
      const digests = textsOf(document);
      if (digests.size === 0) return JSON.stringify(document.resource);
      return completedJson(document, await read(digests));
    },
  };
}

/** In a change of a resource: texts that it came to have, and let go of. */
export async function moveTexts(
  transaction: WriteTransaction,
  { kind, metadata: { name } }: Resource<Kind>,
  { before, after, now }: { before: Set<string>; after: Map<string, string>; now: number },
): Promise<void> {
  for (const [digest, content] of after) {
    if (before.has(digest)) continue;
    await insertText.all(transaction, { digest, content });
    await insertUse.all(transaction, { kind, name, digest });
  }
  for (const digest of before) {
    if (after.has(digest)) continue;
    await deleteUse.all(transaction, { kind, name, digest });
    await releaseText.all(transaction, { digest, now });
  }
}

/** Texts a transaction: between two, others write. */
const TEXTS_A_TRANSACTION = 200;

/** Removes texts that no resource has had since a time (milliseconds since 1970), before which no history reaches. */
export async function pruneTexts(database: Database, before: number): Promise<void> {
  for (;;) {
    const released = await database.read
      .selectFrom("resource_texts")
      .select("digest")
      .where("released_at", "<", before)
      .limit(TEXTS_A_TRANSACTION)
      .execute();
    const digests = released.map(({ digest }) => digest);
    if (digests.length > 0) await removeUnused(database, { digests, before });
    if (digests.length < TEXTS_A_TRANSACTION) return;
  }
}

/** One that is in use is released anew when it no longer is. */
function removeUnused(
  database: Database,
  { digests, before }: { digests: string[]; before: number },
): Promise<void> {
  return database.write(async (transaction) => {
    await lockResources(transaction, database.kind);
    const used = transaction
      .selectFrom("resource_text_uses")
      .select("digest")
      .where("digest", "in", digests)
      .union(
        transaction
          .selectFrom("deleted_words")
          .select((eb) => eb.ref("text_digest").$notNull().as("digest"))
          .where("text_digest", "in", digests),
      );
    await transaction
      .updateTable("resource_texts")
      .set({ released_at: null })
      .where("digest", "in", used)
      .execute();
    await transaction
      .deleteFrom("resource_texts")
      .where("digest", "in", digests)
      .where("released_at", "<", before)
      .execute();
  });
}

function refuseLost(): never {
  throw new ExpiredError("Cannot read a resource as it was: its docs are gone since, read it again");
}

export const insertText = prepareStatement(
  (queryable, { digest, content }: { digest: string; content: string }) =>
    queryable
      .insertInto("resource_texts")
      .values({ digest, content, released_at: null })
      .onConflict((conflict) => conflict.doNothing()),
);

interface Use {
  kind: string;
  name: string;
  digest: string;
}

const insertUse = prepareStatement((queryable, { kind, name, digest }: Use) =>
  queryable.insertInto("resource_text_uses").values({ kind, name, digest }),
);

const deleteUse = prepareStatement((queryable, { kind, name, digest }: Use) =>
  queryable
    .deleteFrom("resource_text_uses")
    .where("kind", "=", kind)
    .where("name", "=", name)
    .where("digest", "=", digest),
);

/** Notes that a resource let go of a text: it goes some time later, if nobody else has it. */
export const releaseText = prepareStatement((queryable, { digest, now }: { digest: string; now: number }) =>
  queryable.updateTable("resource_texts").set({ released_at: now }).where("digest", "=", digest),
);
