import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Database, Queryable, WriteTransaction } from "../database/database.ts";
import { isForeignKeyViolation } from "../database/errors.ts";
import type { ReleaseTable } from "../database/tables.ts";
import { NoReleaseOwnerError } from "./errors.ts";
import { requireRoom } from "./room.ts";
import { contentOf, toSecret, type ReleaseSecret } from "./secret.ts";

/** What Helm keeps of the charts that users installed. Each has their own: names are unique within an owner. */
export interface ReleaseStore {
  find(owner: string, name: string): Promise<ReleaseSecret | undefined>;
  /** An owner's Secrets after a name, in the order of their names. */
  page(owner: string, options: { after: string; limit: number }): Promise<ReleaseSecret[]>;
  /** The version given last to an owner's Secrets. */
  version(owner: string): Promise<number>;
  /**
   * Decides on a change from what is there, and makes it; of one owner one comes after the other.
   * @param decide gives the Secret as it shall be; `undefined` deletes it. It may be asked again
   * @param options.dryRun says what would be, and changes nothing; default false
   * @returns as it is now; when deleted, as it was last
   * @throws ReleaseLimitError, NoReleaseOwnerError, and what `decide` throws
   */
  change(place: Place, decide: Decide, options?: { dryRun?: boolean }): Promise<ReleaseSecret>;
}

export interface Place {
  owner: string;
  name: string;
}

export type Decide = (before: ReleaseSecret | undefined) => ReleaseSecret | undefined;

/** Of who never had any: 0 would mean "any" to a Kubernetes client. */
export const FIRST_VERSION = 1;

export function createReleaseStore({
  database,
  now = Date.now,
}: {
  database: Database;
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
}): ReleaseStore {
  return {
    async find(owner, name) {
      const row = await findRow(database.read, { owner, name });
      return row && toSecret(row);
    },

    async page(owner, { after, limit }) {
      const rows = await database.read
        .selectFrom("releases")
        .selectAll()
        .where("user_name", "=", owner)
        .where("name", ">", after)
        .orderBy("name")
        .limit(limit)
        .execute();
      return rows.map(toSecret);
    },

    async version(owner) {
      const row = await database.read
        .selectFrom("release_owners")
        .select("version")
        .where("user_name", "=", owner)
        .executeTakeFirst();
      return row?.version ?? FIRST_VERSION;
    },

    async change(place, decide, { dryRun = false } = {}) {
      const wanted = { place, decide, now: now() };
      if (dryRun) return foreseen(await decideOn(database.read, wanted));
      try {
        return await database.write((transaction) => make(transaction, wanted));
      } catch (error) {
        if (isForeignKeyViolation(error)) throw new NoReleaseOwnerError(place.name, { cause: error });
        throw error;
      }
    },
  };
}

interface Wanted {
  place: Place;
  decide: Decide;
  now: number;
}

/** A Secret as it is, and as it shall be: without a version of its own yet. */
interface Decision {
  before: ReleaseTable | undefined;
  next: ReleaseTable | undefined;
}

async function make(transaction: WriteTransaction, wanted: Wanted): Promise<ReleaseSecret> {
  const { place } = wanted;
  const version = (await lockOwner(transaction, place.owner)) + 1;
  const { before, next } = await decideOn(transaction, wanted);
  if (before && next && isDeepStrictEqual(toSecret(before), toSecret(next))) return toSecret(before);
  await transaction
    .updateTable("release_owners")
    .set({ version })
    .where("user_name", "=", place.owner)
    .execute();
  await deleteRow(transaction, place);
  if (next)
    await transaction
      .insertInto("releases")
      .values({ ...next, version })
      .execute();
  return toSecret(next ? { ...next, version } : lastOf({ before, next }));
}

/** What a change would give: who was not stored has no version. */
function foreseen({ before, next }: Decision): ReleaseSecret {
  const secret = toSecret(next ?? lastOf({ before, next }));
  const { resourceVersion: _, ...metadata } = secret.metadata;
  return before ? secret : { ...secret, metadata };
}

async function decideOn(queryable: Queryable, { place, decide, now }: Wanted): Promise<Decision> {
  const { owner, name } = place;
  const before = await findRow(queryable, place);
  const after = decide(before && toSecret(before));
  if (!after) return { before, next: undefined };
  const { uid, version, created_at } = before ?? { uid: randomUUID(), version: 0, created_at: now };
  const next = { user_name: owner, name, uid, version, created_at, ...contentOf(after) };
  await requireRoom(queryable, {
    owner,
    name,
    sizeBytes: next.size_bytes,
    earlierBytes: before?.size_bytes,
  });
  return { before, next };
}

/** Until the commit nobody else changes what the owner has. @returns the version given last */
async function lockOwner(transaction: WriteTransaction, owner: string): Promise<number> {
  const { version } = await transaction
    .insertInto("release_owners")
    .values({ user_name: owner, version: FIRST_VERSION })
    .onConflict((conflict) =>
      conflict.column("user_name").doUpdateSet(({ ref }) => ({ version: ref("release_owners.version") })),
    )
    .returning("version")
    .executeTakeFirstOrThrow();
  return version;
}

async function findRow(queryable: Queryable, { owner, name }: Place): Promise<ReleaseTable | undefined> {
  return queryable
    .selectFrom("releases")
    .selectAll()
    .where("user_name", "=", owner)
    .where("name", "=", name)
    .executeTakeFirst();
}

async function deleteRow(transaction: WriteTransaction, { owner, name }: Place): Promise<void> {
  await transaction.deleteFrom("releases").where("user_name", "=", owner).where("name", "=", name).execute();
}

function lastOf({ before }: Decision): ReleaseTable {
  if (!before) throw new Error("Cannot delete a Secret that is not there");
  return before;
}
