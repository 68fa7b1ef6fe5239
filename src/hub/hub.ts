import { renameSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { HubInfo } from "../api/contract.ts";
import { createRegistry } from "../registry/registry.ts";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { openContext, type HubContext } from "./context.ts";
import { hubFile, lockDataFolder } from "./data-lock.ts";
import type { Logger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { createProxy } from "./proxy.ts";
import { listen, type ListeningServer } from "./server.ts";
import { loadTls } from "./tls.ts";
import { VERSION } from "./version.ts";

/** A running hub. */
export interface Hub {
  url: string;
  tlsUrl: string | undefined;
  /** The administrator's password, when this start made it. */
  adminPassword: string | undefined;
  context: HubContext;
  /** Aborts when the hub cannot go on, with the error as its reason. */
  failed: AbortSignal;
  /** Takes no new request, ends those that run, and closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts a hub.
 * @throws ConfigError, DataFolderError, DataFolderInUseError, ListenError and what database and storage throw when they cannot be opened
 */
export async function startHub(config: Config, logger: Logger): Promise<Hub> {
  const unlock = lockDataFolder(config.dataFolder);
  try {
    const context = await openContext(config, logger);
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
  const stopping = new AbortController();
  const handler = await createHandler(context, stopping.signal);
  const servers = await listenAll(config, handler);
  const file = hubFile(config.dataFolder);
  writeHubFile(file, servers);

  return {
    url: servers.http.url,
    tlsUrl: servers.https?.url,
    adminPassword,
    context,
    failed: context.database.failed,
    async stop() {
      stopping.abort();
      await Promise.all([servers.http.stop(), servers.https?.stop()]);
      await context.close();
      rmSync(file, { force: true });
      unlock();
    },
  };
}

/** The one handler of both ports: `/v2` goes to the registry, everything else to the app. */
async function createHandler(context: HubContext, stopping: AbortSignal) {
  const { config, logger } = context;
  const metrics = createMetrics(context);
  const info: HubInfo = { version: VERSION, registration: config.registration };
  const app = await createApp(context, { info, metrics, stopping });
  const { baseUrl } = createProxy(config);
  const registry = createRegistry({
    ...context,
    baseUrl,
    onError: (error, about) => logger.error({ err: error, ...about }, "registry request failed"),
  });
  return (request: IncomingMessage, response: ServerResponse): void => {
    const api = isRegistry(request.url ?? "") ? "registry" : "hub";
    metrics.observe(response, { api, method: request.method ?? "" });
    if (api === "registry") void registry(request, response);
    else app.routing(request, response);
  };
}

function isRegistry(url: string): boolean {
  return url.startsWith("/v2/") || url === "/v2" || url.startsWith("/v2?");
}

interface Servers {
  http: ListeningServer;
  https: ListeningServer | undefined;
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
    return { http, https: await listen(handler, { address: config.listenTls, flag: "--listen-tls", tls }) };
  } catch (error) {
    await http.stop();
    throw error;
  }
}

/** Programs that start a hub wait for this file: it must never be seen half written. */
function writeHubFile(file: string, { http, https }: Servers): void {
  writeFileSync(
    `${file}.new`,
    `${JSON.stringify({ url: http.url, tlsUrl: https?.url ?? null, pid: process.pid })}\n`,
  );
  renameSync(`${file}.new`, file);
}
