import { openFileStorage } from "../../src/blob-storage/file.ts";
import { nodeFiles } from "../../src/blob-storage/files.ts";
import type { BlobStorage } from "../../src/blob-storage/port.ts";
import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open.ts";
import type { Config } from "../../src/hub/config.ts";
import { startHub, type Hub } from "../../src/hub/hub.ts";
import { createLogger } from "../../src/hub/logger.ts";
import type { Faults } from "./faults.ts";
import { createFaultyFiles } from "./faulty-files.ts";

/** What stands between a hub and its disk, with faults in it; what is left out has none. */
export interface Wraps {
  files?: boolean;
  storage?: (storage: BlobStorage, faults: Faults) => BlobStorage;
  openDatabase?: (url: string, faults: Faults) => Promise<Database>;
}

/** Starts hubs with faults behind their ports. */
export interface Starter {
  start(): Promise<Hub>;
  openDatabase(): Promise<Database>;
  openBlobStorage(): Promise<BlobStorage>;
  /** Paths of files that storages opened and did not close. */
  openFiles(): string[];
}

export function createStarter(config: Config, { wraps, faults }: { wraps: Wraps; faults: Faults }): Starter {
  const onDisk = createFaultyFiles(faults);
  const ports = {
    async openBlobStorage() {
      const files = wraps.files ? onDisk.files : nodeFiles;
      const storage = await openFileStorage(config.storageUrl.slice("file:".length), { files });
      return wraps.storage?.(storage, faults) ?? storage;
    },
    openDatabase: () => wraps.openDatabase?.(config.databaseUrl, faults) ?? openDatabase(config.databaseUrl),
  };
  return {
    ...ports,
    openFiles: onDisk.openFiles,
    start: () => startHub(config, createLogger(config.logLevel), ports),
  };
}
