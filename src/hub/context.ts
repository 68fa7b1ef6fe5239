import { join } from "node:path";
import { openAudit, type Audit } from "../audit/audit.ts";
import type { ReadmeReader } from "../api/context.ts";
import { startJobs, type Jobs } from "../api/jobs/jobs.ts";
import type { NamespaceIdentity } from "../apiserver/namespace-resource.ts";
import { createAccess, type Access } from "../auth/access.ts";
import { createAccountAdministration, type AccountAdministration } from "../auth/account-administration.ts";
import { createAccountDeletion, type AccountDeletion } from "../auth/account-deletion.ts";
import { createAccounts, type Accounts } from "../auth/accounts.ts";
import { withLoginLimits } from "../auth/limited-accounts.ts";
import { createLiveness } from "../auth/liveness.ts";
import { createLoginLimits } from "../auth/login-limits.ts";
import { createOrganizationPolicies, type OrganizationPolicies } from "../auth/organization-policies.ts";
import { createPasswordResets, type PasswordResets } from "../auth/password-resets.ts";
import { createIdentities, type Identities } from "../auth/oidc/identities.ts";
import type { OidcLogin } from "../auth/oidc/oidc-login.ts";
import { createInvitations, type Invitations } from "../auth/invitations.ts";
import { createPersonalTokens, type PersonalTokens } from "../auth/personal-tokens.ts";
import { createSessions, type Sessions } from "../auth/sessions.ts";
import { createRegistryTokens, type RegistryTokens } from "../auth/registry-token.ts";
import { openSigningKeys, type SigningKeys } from "../auth/signing-key.ts";
import { createRefreshTokens, type RefreshTokens } from "../auth/refresh-tokens.ts";
import { createRobots, type Robots } from "../auth/robots.ts";
import { withTokens } from "../auth/token-accounts.ts";
import { fileStoragePath, openBlobStorage } from "../blob-storage/open.ts";
import type { BlobStorage } from "../blob-storage/port.ts";
import type { Content } from "../content/content.ts";
import { createContent } from "../content/create.ts";
import { wordsOf } from "../controllers/deleted-words.ts";
import { startControllers, type Controllers } from "../controllers/start.ts";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open.ts";
import { createEventReader, type EventReader } from "../events/reader.ts";
import { startEventRecorder, type RunningEventRecorder } from "../events/recorder.ts";
import { UnavailableError } from "../inspect/errors.ts";
import { createInspector, type Inspector } from "../inspect/inspector.ts";
import { createReleaseStore, type ReleaseStore } from "../releases/store.ts";
import { openDatabaseResourceStore } from "../resource-store/database.ts";
import { createDeletedWords } from "../resource-store/database/deleted-words.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { openSearch, type Search } from "../search/search.ts";
import { withAudit } from "./audit/accounts.ts";
import type { Config } from "./config.ts";
import { startGarbageSchedule } from "./garbage-schedule.ts";
import { noGarbageTotals, type GarbageTotals } from "./garbage-totals.ts";
import { createJobKinds } from "./jobs/all.ts";
import { createLimits, type Limits } from "./limits/limits.ts";
import type { Logger } from "./logger.ts";
import { createOidc } from "./oidc.ts";
import { createRemoval } from "./removal.ts";
import { createMirror } from "./mirror-specs.ts";
import { createRemoveContent } from "./remove-content.ts";
import { loadNamespaceIdentity } from "./namespace-identity.ts";
import { loadSecret } from "./secret.ts";
import { startSnapshotSchedule } from "./snapshot-schedule.ts";

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
  personalTokens: PersonalTokens;
  robots: Robots;
  refreshTokens: RefreshTokens;
  signingKeys: SigningKeys;
  invitations: Invitations;
  identities: Identities;
  oidc: OidcLogin | undefined;
  sessions: Sessions;
  accountAdministration: AccountAdministration;
  accountDeletion: AccountDeletion;
  passwordResets: PasswordResets;
  store: ResourceStore;
  events: EventReader;
  recorder: RunningEventRecorder;
  releases: ReleaseStore;
  inspector: Inspector;
  policies: OrganizationPolicies;
  controllers: Controllers;
  garbageTotals: GarbageTotals;
  jobs: Jobs;
  audit: Audit;
  limits: Limits;
  search: Search;
  readReadme: ReadmeReader;
  continueKey: Uint8Array;
  namespace: NamespaceIdentity;
  /** Closes all, the latest first. */
  close(): Promise<void>;
}

/** What opens the ports: tests put faults behind them. */
export interface Openers {
  openBlobStorage: (url: string, options: { soleWriter: boolean }) => Promise<BlobStorage>;
  openDatabase: (url: string) => Promise<Database>;
}

/** Opens and starts everything but the HTTP server; what was opened is closed again when a later part fails. */
export async function openContext(
  config: Config,
  logger: Logger,
  openers: Openers = { openBlobStorage, openDatabase },
): Promise<HubContext> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    opened.unshift(part);
    return part;
  };
  const close = async () => {
    const failures: unknown[] = [];
    // One that fails, as content does on a database that failed, keeps none of the others open.
    for (const part of opened.splice(0)) await part.close().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    return { ...(await openParts(config, { ...openers, logger, keep })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openParts(
  config: Config,
  parts: Openers & { logger: Logger; keep: <T extends { close(): Promise<void> }>(part: T) => T },
): Promise<Omit<HubContext, "close">> {
  const { logger, keep } = parts;
  const storage = keep(
    await parts.openBlobStorage(config.storageUrl, { soleWriter: config.databaseUrl.startsWith("sqlite:") }),
  );
  const database = keep(await parts.openDatabase(config.databaseUrl));
  const audit = keep(
    openAudit({
      database,
      keepMs: config.auditMs,
      onError: (error) => logger.error({ err: error }, "audit entry was not written"),
    }),
  );
  const { storageUrl, sparseManifests, undeleteMs } = config;
  const content = keep(createContent({ database, storage, storageUrl, sparseManifests, undeleteMs }));
  const deletedWords = createDeletedWords({ database, wordsOf, keepMs: undeleteMs });
  const mirrors = [createMirror(), deletedWords.mirror];
  const store = keep(openDatabaseResourceStore({ database, mirrors }));
  const events = createEventReader(database);
  const recorder = keep(startEventRecorder({ database, logger, onWritten: () => events.ring() }));
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
  const removal = createRemoval({
    store,
    policies,
    accounts: createAccounts({ database }),
    removeContent: createRemoveContent({ tags: content.tags, store, policies }),
  });
  const controllers = startControllers({
    content,
    store,
    inspector,
    deletedWords,
    policies,
    recorder,
    removal,
    logger,
  });
  keep({ close: () => controllers.stop() });
  const credentials = {
    personalTokens: createPersonalTokens({ database }),
    robots: createRobots({ database }),
    sessions: createSessions({ database }),
  };
  const liveness = createLiveness({ database, ...credentials });
  const signingKeys = keep(await openSigningKeys(database));
  const garbageTotals = noGarbageTotals();
  const blobs = { storage, url: config.storageUrl };
  const hubFolders = ownFolders(config);
  const kinds = createJobKinds({ content, database, deletedWords, blobs, hubFolders, garbageTotals });
  const jobs = keep(await startJobs({ database, kinds, logger }));
  keep(startGarbageSchedule({ jobs, logger, intervalMs: config.gcIntervalMs }));
  keep(startSnapshotSchedule({ database, storage, logger, keepMs: config.snapshotMs }));
  const identities = createIdentities({ database });
  return {
    config,
    logger,
    database,
    storage,
    content,
    store,
    events,
    recorder,
    releases: createReleaseStore({ database }),
    inspector,
    search,
    policies,
    controllers,
    garbageTotals,
    jobs,
    audit,
    limits: createLimits(config.rateLimits),
    accounts: withAudit(
      withTokens(withLoginLimits(createAccounts({ database }), createLoginLimits()), credentials),
      audit,
    ),
    access: createAccess({ database, liveness }),
    ...credentials,
    refreshTokens: createRefreshTokens({ database, ...credentials }),
    signingKeys,
    invitations: createInvitations({ database }),
    identities,
    oidc: await createOidc(config.oidc, {
      ...credentials,
      database,
      identities,
      store,
      policies,
      audit,
      logger,
    }),
    accountAdministration: createAccountAdministration({ database }),
    accountDeletion: createAccountDeletion({ database, store }),
    passwordResets: createPasswordResets({ database }),
    tokens: createRegistryTokens({ keys: signingKeys, liveness }),
    readReadme: createReadmeReader(inspector),
    continueKey: await loadSecret(database, "continue-key"),
    namespace: await loadNamespaceIdentity(database),
  };
}

function ownFolders({ dataFolder, storageUrl }: Config): string[] {
  const storage = fileStoragePath(storageUrl);
  return storage === undefined ? [dataFolder] : [dataFolder, storage];
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
