import { dirname } from "node:path";
import type { Files } from "./files.ts";
import { makeFolders } from "./make-folders.ts";

/** Folders whose entries outlive a power cut. */
export interface Folders {
  /** Makes a folder and those above it, each synced into its parent; once in the life of the process. */
  make(folder: string): Promise<void>;
  /** Puts a folder's entries on disk; those who wait for the same folder share one sync. */
  sync(folder: string): Promise<void>;
  close(): Promise<void>;
}

export function createFolders(files: Files): Folders {
  /** Folders that were made stay open, for they are synced again and again; there are a few hundred. */
  const open = new Map<string, number>();
  const making = new Map<string, Promise<void>>();
  const sync = createSharedSync((folder) => {
    const file = open.get(folder);
    return file === undefined ? syncFolder(files, folder) : files.fsync(file);
  });

  async function make(folder: string): Promise<void> {
    await makeDurably(folder, { files, sync });
    open.set(folder, await files.openFolder(folder));
  }

  return {
    sync,
    make(folder) {
      const made = making.get(folder) ?? make(folder);
      making.set(folder, made);
      made.catch(() => making.delete(folder));
      return made;
    },
    async close() {
      const all = [...open.values()];
      open.clear();
      making.clear();
      await Promise.all(all.map((file) => files.close(file)));
    },
  };
}

/**
 * A sync that runs already may have missed the caller's entry, so the caller takes part in the next, which all that
 * came meanwhile share.
 */
function createSharedSync(sync: Sync): Sync {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();

  function start(folder: string): Promise<void> {
    const run = sync(folder).finally(() => running.delete(folder));
    running.set(folder, run);
    return run;
  }

  async function startAfter(folder: string, before: Promise<void>): Promise<void> {
    await Promise.allSettled([before]);
    next.delete(folder);
    await start(folder);
  }

  return (folder) => {
    const before = running.get(folder);
    if (before === undefined) {
      return start(folder);
    }
    const shared = next.get(folder) ?? startAfter(folder, before);
    next.set(folder, shared);
    return shared;
  };
}

/** A folder that is already there may be one that a process made and did not live to sync. */
async function makeDurably(folder: string, { files, sync }: { files: Files; sync: Sync }): Promise<void> {
  const firstMade = (await makeFolders(folder, { files })) ?? folder;
  for (let made = folder; made.length >= firstMade.length; made = dirname(made)) {
    await sync(dirname(made));
  }
}

async function syncFolder(files: Files, folder: string): Promise<void> {
  const file = await files.openFolder(folder);
  try {
    await files.fsync(file);
  } finally {
    await files.close(file);
  }
}

type Sync = (folder: string) => Promise<void>;
