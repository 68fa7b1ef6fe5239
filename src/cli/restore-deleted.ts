import type { Deleted, DeletedPage, RestoreResult } from "../api/contract/deleted.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";
import type { HubClient } from "./client.ts";
import { CommandError } from "./errors.ts";

/** Entries of a page: of the list that is shown, and of what is gone through. */
export const DELETED_PAGE = 100;

/** What to restore: a tag, a manifest, or with neither, all of a repository. */
export interface Wanted {
  repository: RepositoryName;
  tag?: Tag;
  digest?: Digest;
}

export interface RestoreOptions {
  /** Move a tag that was set again. */
  replace: boolean;
}

/** Restores what was deleted last of a tag, or of a manifest. @throws CommandError */
export async function restoreLatest(
  hub: HubClient,
  wanted: Wanted,
  options: RestoreOptions,
): Promise<RestoreResult> {
  for await (const entry of allDeleted(hub, wanted)) {
    if (entry.tag === wanted.tag) return restore(hub, entry, options);
  }
  throw new CommandError(
    `Cannot undelete ${nameOf(wanted)}: nothing of this name can be restored (any more); imagehub undelete lists what can`,
  );
}

/** Restores all of it; of a tag that was deleted several times, the last. A tag that was set again stays, unless it is to be replaced. @throws CommandError */
export async function restoreRepository(
  hub: HubClient,
  repository: RepositoryName,
  options: RestoreOptions,
): Promise<RestoreResult[]> {
  const results: RestoreResult[] = [];
  const seen = new Set<string>();
  for await (const entry of allDeleted(hub, { repository })) {
    if (entry.tag !== undefined && seen.has(entry.tag)) continue;
    if (entry.tag !== undefined) seen.add(entry.tag);
    const result = await restoreIfFree(hub, entry, options);
    if (result) results.push(result);
  }
  if (seen.size > 0 || results.length > 0) return results;
  throw new CommandError(`Cannot undelete ${repository}: nothing was deleted there that could be restored`);
}

async function restoreIfFree(
  hub: HubClient,
  entry: Deleted,
  options: RestoreOptions,
): Promise<RestoreResult | undefined> {
  try {
    return await restore(hub, entry, options);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // It came back with what was restored before it.
    if (error.status === 404) return undefined;
    if (error.status !== 409 && error.status !== 410) throw error;
    process.stderr.write(`imagehub: ${error.message}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

/** @throws CommandError */
async function restore(hub: HubClient, entry: Deleted, { replace }: RestoreOptions): Promise<RestoreResult> {
  const path = `/api/v1/deleted/${entry.id}/restore${replace ? "?replace=true" : ""}`;
  try {
    return await hub.request<RestoreResult>("POST", path);
  } catch (error) {
    if (!(error instanceof CommandError) || error.field !== "replace") throw error;
    // The hub names the parameter of its API.
    throw new CommandError(
      `Cannot undelete ${nameOf(entry)}: the tag was set again, to another image than ${entry.digest}; --force moves it`,
      { cause: error, status: error.status },
    );
  }
}

async function* allDeleted(hub: HubClient, wanted: Wanted): AsyncGenerator<Deleted> {
  let position: string | undefined;
  do {
    const page = await listDeleted(hub, { ...wanted, ...(position !== undefined && { continue: position }) });
    yield* page.items;
    position = page.continue;
  } while (position !== undefined);
}

/** A page, the latest first. */
export function listDeleted(hub: HubClient, query: object): Promise<DeletedPage> {
  const parameters = new URLSearchParams({ ...query, limit: String(DELETED_PAGE) });
  return hub.request<DeletedPage>("GET", `/api/v1/deleted?${parameters}`);
}

/** As people say it. */
export function nameOf({ repository, tag, digest }: Partial<Deleted>): string {
  if (tag === undefined) return `${repository}@${digest}`;
  return `${repository}:${tag}`;
}
