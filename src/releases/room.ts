import type { Queryable } from "../database/database.ts";
import { ReleaseLimitError } from "./errors.ts";

/** Secrets of one user: a hundred releases with the ten revisions that Helm keeps of each. */
export const MAX_SECRETS_A_USER = 1000;
/** Of all Secrets of one user, as they are stored: a page of the largest images takes a kilobyte of it. */
export const MAX_BYTES_A_USER = 64 * 1024 * 1024;

const REMEDY = "uninstall releases that are not needed, or keep fewer revisions (helm --history-max)";

/**
 * Refuses what would be too much for one user. What takes no more room than before is always let in.
 * @param next the Secret as it shall be, and as it is; sizes in bytes, as they are stored
 * @throws ReleaseLimitError
 */
export async function requireRoom(
  queryable: Queryable,
  next: { owner: string; name: string; sizeBytes: number; earlierBytes: number | undefined },
): Promise<void> {
  const { owner, name, sizeBytes, earlierBytes } = next;
  if (earlierBytes !== undefined && sizeBytes <= earlierBytes) return;
  const { count, bytes } = await usageOf(queryable, owner);
  if (earlierBytes === undefined && count >= MAX_SECRETS_A_USER) {
    throw new ReleaseLimitError(name, `you have ${MAX_SECRETS_A_USER} Secrets of releases: ${REMEDY}`);
  }
  const total = bytes - (earlierBytes ?? 0) + sizeBytes;
  if (total <= MAX_BYTES_A_USER) return;
  const why = `your Secrets of releases would take ${total} bytes, of ${MAX_BYTES_A_USER} that a user has: ${REMEDY}`;
  throw new ReleaseLimitError(name, why);
}

async function usageOf(queryable: Queryable, owner: string): Promise<{ count: number; bytes: number }> {
  const { count, bytes } = await queryable
    .selectFrom("releases")
    .select(({ fn }) => [fn.countAll<number>().as("count"), fn.sum<number | null>("size_bytes").as("bytes")])
    .where("user_name", "=", owner)
    .executeTakeFirstOrThrow();
  return { count: Number(count), bytes: Number(bytes ?? 0) };
}
