import { join } from "node:path";
import type { ReadmeReader } from "../api/context.ts";
import { createAccess, type Access } from "../auth/access.ts";
import { createAccounts, type Accounts } from "../auth/accounts.ts";
import { createOrganizationPolicies } from "../auth/organization-policies.ts";
import { createRegistryTokens, type RegistryTokens } from "../auth/registry-token.ts";
import { loadSigningKey } from "../auth/signing-key.ts";
import { openBlobStorage } from "../blob-storage/open.ts";
import type { BlobStorage } from "../blob-storage/port.ts";
import type { Content } from "../content/content.ts";
import { createContent } from "../content/create.ts";
import { startControllers, type Controllers } from "../controllers/start.ts";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open.ts";
import { UnavailableError } from "../inspect/errors.ts";
import { createInspector, type Inspector } from "../inspect/inspector.ts";
import { openDatabaseResourceStore } from "../resource-store/database.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { openSearch, type Search } from "../search/search.ts";
import type { Config } from "./config.ts";
import { startGarbageSchedule, type GarbageSchedule } from "./garbage-schedule.ts";
import type { Logger } from "./logger.ts";
import { loadSecret } from "./secret.ts";

/** Every object of a running hub, each built once. */
export interface HubContext {
  config: Config;
  logger: Logger;
  database: Database;
  storage: BlobStorage;
  content: Content;
  accounts: Accounts;
  access: Access;
  tokens: RegistryTokens;
  store: ResourceStore;
  inspector: Inspector;
  controllers: Controllers;
  garbageSchedule: GarbageSchedule;
  search: Search;
  readReadme: ReadmeReader;
  continueKey: Uint8Array;
  /** Closes all, the latest first. */
  close(): Promise<void>;
}

/** Opens and starts everything but the HTTP server; what was opened is closed again when a later part fails. */
export async function openContext(config: Config, logger: Logger): Promise<HubContext> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    opened.unshift(part);
    return part;
  };
  const close = async () => {
    for (const part of opened.splice(0)) await part.close();
  };
  try {
    return { ...(await openParts(config, logger, keep)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openParts(
  config: Config,
  logger: Logger,
  keep: <T extends { close(): Promise<void> }>(part: T) => T,
): Promise<Omit<HubContext, "close">> {
  const storage = keep(await openBlobStorage(config.storageUrl));
  const database = keep(await openDatabase(config.databaseUrl));
  const content = keep(createContent({ database, storage, sparseManifests: config.sparseManifests }));
  const store = keep(openDatabaseResourceStore({ database }));
  const inspector = keep(createInspector({ content, storageUrl: config.storageUrl }));
  const search = keep(
    await openSearch({
      path: join(config.dataFolder, "search.db"),
      store,
      incarnation: database.incarnation,
      logger,
    }),
  );
  const policies = createOrganizationPolicies({ database });
  const controllers = startControllers({ content, store, inspector, policies, logger });
  keep({ close: () => controllers.stop() });
  const garbageSchedule = keep(
    startGarbageSchedule({ garbage: content.garbage, logger, intervalMs: config.gcIntervalMs }),
  );
  return {
    config,
    logger,
    database,
    storage,
    content,
    store,
    inspector,
    search,
    controllers,
    garbageSchedule,
    accounts: createAccounts({ database }),
    access: createAccess({ database }),
    tokens: createRegistryTokens({ key: await loadSigningKey(database) }),
    readReadme: createReadmeReader(inspector),
    continueKey: await loadSecret(database, "continue-key"),
  };
}

/** An image whose README cannot be read has none to show; its Image's conditions say why. */
function createReadmeReader(inspector: Inspector): ReadmeReader {
  return async (repository, digest) => {
    try {
      return await inspector.readReadme(repository, digest);
    } catch (error) {
      if (error instanceof UnavailableError) return undefined;
      throw error;
    }
  };
}
