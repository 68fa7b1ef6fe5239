import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { HubInfo } from "../api/contract/hub.ts";
import { createOperatorToken } from "../auth/operator-token.ts";
import { currentVisit, duringVisit } from "../auth/visit.ts";
import { createRegistry } from "../registry/registry.ts";
import { isRegistry } from "./address.ts";
import { createApp, type AppOptions } from "./app.ts";
import { auditRefusals, withRegistryAudit } from "./audit/registry.ts";
import type { SnapshotName } from "./backup/snapshot-name.ts";
import type { Config } from "./config.ts";
import { openContext, type HubContext, type Openers } from "./context.ts";
import { createCors } from "./cors.ts";
import { removeHubFiles, writeHubFiles } from "./hub-files.ts";
import { findLeftSnapshot } from "./left-snapshot.ts";
import type { Logger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { kubernetesEndpoint, type TlsListener } from "./kubernetes-endpoint.ts";
import { createProxy } from "./proxy.ts";
import { listen, type ListeningServer } from "./server.ts";
import { lockPlaces } from "./place-locks.ts";
import { requireNoRestoreUnderWay } from "./restore/under-way.ts";
import { loadTls } from "./tls.ts";
import { VERSION } from "./version.ts";

/** A running hub. */
export interface Hub {
  url: string;
  tlsUrl: string | undefined;
  /** The administrator's password, when this start made it. */
  adminPassword: string | undefined;
  /** The newest snapshot in storage of a database that was lost, when this hub's is empty. */
  leftSnapshot: SnapshotName | undefined;
  context: HubContext;
  /** Aborts when the hub cannot go on, with the error as its reason. */
  failed: AbortSignal;
  /** Takes no new request, ends those that run, and closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts a hub.
 * @throws ConfigError, RestoreError, ListenError, what `lockPlaces` throws, and what database and storage throw when
 * they cannot be opened
 */
export async function startHub(config: Config, logger: Logger, openers?: Openers): Promise<Hub> {
  const unlock = await lockPlaces(config, (message) => logger.warn(message));
  try {
    requireNoRestoreUnderWay(config.dataFolder);
    const context = await openContext(config, logger, openers);
    try {
      return await serve(context, unlock);
    } catch (error) {
      await context.close();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

async function serve(context: HubContext, unlock: () => void): Promise<Hub> {
  const { config } = context;
  const adminPassword = await context.accounts.ensureAdmin(config.adminPassword);
  const leftSnapshot = await findLeftSnapshot(context);
  const stopping = new AbortController();
  const operatorToken = createOperatorToken();
  const handler = await createHandler(context, {
    operatorToken,
    stopping: stopping.signal,
    kubernetesEndpoint: () => kubernetesEndpoint(config.publicUrl, tlsListener),
  });
  const servers = await listenAll(config, handler);
  const tlsListener: TlsListener | undefined = servers.https && { url: servers.https.url, ca: servers.ca };
  writeHubFiles(config.dataFolder, {
    url: servers.http.url,
    tlsUrl: servers.https?.url ?? null,
    pid: process.pid,
    operatorToken,
  });

  return {
    url: servers.http.url,
    tlsUrl: servers.https?.url,
    adminPassword,
    leftSnapshot,
    context,
    failed: context.database.failed,
    async stop() {
      stopping.abort();
      await Promise.all([servers.http.stop(), servers.https?.stop()]);
      try {
        await context.close();
      } finally {
        removeHubFiles(config.dataFolder);
        unlock();
      }
    },
  };
}

/** The one handler of both ports: `/v2` goes to the registry, everything else to the app. */
async function createHandler(
  context: HubContext,
  options: Pick<AppOptions, "operatorToken" | "stopping" | "kubernetesEndpoint">,
) {
  const { config, logger } = context;
  const metrics = createMetrics(context);
  const info: HubInfo = {
    version: VERSION,
    registration: config.registration,
    ...(config.oidc && { oidc: { name: config.oidc.name } }),
  };
  const { baseUrl, clientAddress } = createProxy(config);
  const app = await createApp(context, { ...options, info, metrics, baseUrl });
  const registry = createRegistry({
    ...context,
    ...withRegistryAudit(context),
    baseUrl,
    admit(request, response) {
      const visit = currentVisit();
      if (visit) context.limits.enter(visit, { request, response });
    },
    onError: (error, about) => logger.error({ err: error, ...about }, "registry request failed"),
  });
  const cors = createCors(config.corsOrigins);
  return (request: IncomingMessage, response: ServerResponse): void => {
    const api = isRegistry(request.url ?? "") ? "registry" : "hub";
    metrics.observe(response, { api, method: request.method ?? "" });
    if (cors(request, response)) return;
    duringVisit(clientAddress(request), (visit) => {
      if (api === "hub") return app.routing(request, response);
      auditRefusals(context.audit, visit, { request, response });
      void registry(request, response);
    });
  };
}

interface Servers {
  http: ListeningServer;
  https: ListeningServer | undefined;
  /** Of the hub's own certificate. */
  ca?: string | undefined;
}

async function listenAll(
  config: Config,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Servers> {
  const http = await listen(handler, { address: config.listen, flag: "--listen" });
  if (!config.listenTls) return { http, https: undefined };
  try {
    const names = [config.listen.host, config.listenTls.host].filter(
      (name) => name !== "0.0.0.0" && name !== "::",
    );
    if (config.publicUrl !== undefined) names.push(new URL(config.publicUrl).hostname);
    const tls = await loadTls({ folder: join(config.dataFolder, "tls"), files: config.tlsFiles, names });
    const https = await listen(handler, { address: config.listenTls, flag: "--listen-tls", tls });
    return { http, https, ca: tls.ca };
  } catch (error) {
    await http.stop();
    throw error;
  }
}
