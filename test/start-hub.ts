import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../src/hub/config.ts";
import type { Openers } from "../src/hub/context.ts";
import { startHub, type Hub } from "../src/hub/hub.ts";
import { createLogger } from "../src/hub/logger.ts";

export const ADMIN_PASSWORD = "correct horse battery";

export interface TestHub extends Hub {
  dataFolder: string;
  /** Basic credentials of the administrator, as an Authorization header. */
  admin: string;
}

/** A whole hub in this process, on a free port and a folder of its own; `stop` also removes the folder. */
export async function startTestHub(
  flags: Record<string, string> = {},
  environment: Record<string, string> = {},
  openers?: Openers,
): Promise<TestHub> {
  const dataFolder = flags["data"] ?? (await mkdtemp(join(tmpdir(), "imagehub-test-")));
  const settings = {
    listen: "127.0.0.1:0",
    "listen-tls": "off",
    "log-level": "warn",
    ...flags,
    data: dataFolder,
  };
  const config = loadConfig(settings, { IMAGEHUB_ADMIN_PASSWORD: ADMIN_PASSWORD, ...environment });
  const hub = await startHub(config, createLogger(config.logLevel), openers);
  return {
    ...hub,
    dataFolder,
    admin: basic("admin", ADMIN_PASSWORD),
    async stop() {
      await hub.stop();
      if (flags["data"] === undefined) await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}
