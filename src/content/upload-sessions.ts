import { LRUCache } from "lru-cache";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { ContentContext } from "./context.ts";
import { newUploadId, uploadBeganAt } from "./upload-ids.ts";
import { findUpload, insertUpload, TOUCH_EVERY_MS, touchUpload, UPLOAD_IDLE_MS } from "./upload-rows.ts";

/**
 * Which uploads there are. One that was begun holds nothing, so there is nothing to write down: its name says all that
 * is to be known of it. It gets a row when bytes of it are to be kept that are no blob yet; so one that ends in the
 * first request that brings bytes never has one.
 */
export interface UploadSessions {
  begin(repository: RepositoryName): string;
  /**
   * Keeps an upload that was idle for long from being ended while its caller works on it.
   * @throws OciError BLOB_UPLOAD_UNKNOWN
   */
  require(repository: RepositoryName, id: string): Promise<UploadState>;
  /** Whether it ended here, as while its caller waited for another's work on it. */
  hasEnded(id: string): boolean;
  /** @throws OciError BLOB_UPLOAD_UNKNOWN when it ended here */
  requireOpen(id: string): void;
  /** Gives it a row, if it has none. @throws OciError NAME_UNKNOWN, TOOMANYREQUESTS */
  record(repository: RepositoryName, id: string): Promise<void>;
  /** Keeps a row that it has young, or gives it one; for bodies that come slowly. */
  keep(repository: RepositoryName, id: string): Promise<void>;
  /** @returns the state of one that was begun here and has no byte yet; the caller is about to give it some */
  takeEmpty(id: string): UploadState | undefined;
  /** Forgets that it was begun. */
  end(id: string): void;
}

export interface UploadState {
  hasRow: boolean;
}

/** More are begun, or end, at once; of an older one that is empty, the database and storage are asked. */
const MAX_REMEMBERED = 10_000;

/** A day, but shorter than uploads are kept, so that no collection takes for left over what somebody begins to send. */
const BEGIN_WITHIN_MS = UPLOAD_IDLE_MS - TOUCH_EVERY_MS / 2;

/** Another hub's clock, or this one's before it was set. */
export const MAX_AHEAD_MS = 60 * 60 * 1000;

export function createUploadSessions(context: ContentContext): UploadSessions {
  const { database, now } = context;
  const empty = new LRUCache<string, UploadState>({ max: MAX_REMEMBERED });
  // Forgotten with the process, and not known to another: the name is then one of an empty upload again.
  const ended = new LRUCache<string, true>({ max: MAX_REMEMBERED });

  async function record(repository: RepositoryName, id: string): Promise<void> {
    await insertUpload(context, repository, id);
    const known = empty.get(id);
    if (known) known.hasRow = true;
  }

  async function stateOfRow(repository: RepositoryName, id: string): Promise<UploadState | undefined> {
    const row = await findUpload.first(database.read, { id, repository });
    if (!row) return undefined;
    const isKept = now() - row.updated_at < TOUCH_EVERY_MS || (await touchUpload(context, id));
    return isKept ? { hasRow: true } : undefined;
  }

  /** @returns for how many milliseconds it has been begun; undefined when it was not, or is too old */
  function ageOf(repository: RepositoryName, id: string): number | undefined {
    const beganAt = uploadBeganAt(id, repository);
    const ageMs = beganAt === undefined ? Infinity : now() - beganAt;
    return ageMs < BEGIN_WITHIN_MS && ageMs > -MAX_AHEAD_MS ? ageMs : undefined;
  }

  function requireOpen(id: string): void {
    if (ended.has(id)) throw unknown(id);
  }

  return {
    begin(repository) {
      const id = newUploadId(repository, now());
      // Where another process may get bytes of it, storage is asked.
      if (database.kind === "sqlite") empty.set(id, { hasRow: false });
      return id;
    },

    async require(repository, id) {
      requireOpen(id);
      const ageMs = ageOf(repository, id);
      const isYoung = ageMs !== undefined && ageMs < TOUCH_EVERY_MS;
      const known = empty.get(id);
      if (isYoung && known?.hasRow === false) return known;
      const state = await stateOfRow(repository, id);
      if (state) return state;
      if (ageMs === undefined) throw unknown(id);
      // Whoever asks about it keeps it, as one that has a row.
      if (!isYoung) await record(repository, id);
      return { hasRow: !isYoung };
    },

    hasEnded: (id) => ended.has(id),
    requireOpen,
    record,

    async keep(repository, id) {
      if (!(await touchUpload(context, id))) await record(repository, id);
    },

    takeEmpty(id) {
      const state = empty.get(id);
      empty.delete(id);
      return state;
    },

    end(id) {
      empty.delete(id);
      ended.set(id, true);
    },
  };
}

function unknown(id: string): OciError {
  return new OciError(
    "BLOB_UPLOAD_UNKNOWN",
    `Cannot continue upload ${id.slice(0, 64)}: it ended, was cancelled or is too old; start a new one`,
  );
}
