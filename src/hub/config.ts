import { join, resolve } from "node:path";
import type { OidcConfig } from "../auth/oidc/config.ts";
import type { SparseManifests } from "../content/content.ts";
import { ConfigError } from "./errors.ts";
import type { RateLimits } from "./limits/limits.ts";
import { parseRate, type Rate } from "./limits/rate.ts";
import { parseList } from "./list.ts";
import { isLoopback } from "./loopback.ts";
import { parseOidc } from "./oidc-config.ts";
import { readSettings, type SettingValues } from "./setting-values.ts";
import { SETTINGS, type Setting, type SettingName } from "./settings.ts";

export interface ListenAddress {
  host: string;
  port: number;
}

/** The hub's configuration, read and checked. */
export interface Config {
  listen: ListenAddress;
  /** undefined: HTTPS is off. */
  listenTls: ListenAddress | undefined;
  tlsFiles: { cert: string; key: string } | undefined;
  dataFolder: string;
  publicUrl: string | undefined;
  trustedProxies: string[];
  databaseUrl: string;
  storageUrl: string;
  registration: "open" | "closed";
  /** undefined: users log in by password alone. */
  oidc: OidcConfig | undefined;
  sparseManifests: SparseManifests;
  /** undefined: garbage is not collected. */
  gcIntervalMs: number | undefined;
  /** 0: what was deleted is gone. */
  undeleteMs: number;
  /** How long daily snapshots of the database are kept; 0: none is made. */
  snapshotMs: number;
  /** How long entries of the audit are kept. */
  auditMs: number;
  rateLimits: RateLimits;
  frameAncestors: string[];
  /** Origins, or `*` among them for all. */
  corsOrigins: string[];
  logLevel: string;
  adminPassword: string | undefined;
}

/**
 * Reads the configuration: flags win over environment, environment over file, file over defaults.
 * @param flags by setting name, without dashes before it; `config` names the file
 * @throws ConfigError
 */
export function loadConfig(
  flags: Record<string, string | undefined>,
  environment: NodeJS.ProcessEnv,
): Config {
  return toConfig(readSettings(flags, environment), {
    adminPassword: environment["IMAGEHUB_ADMIN_PASSWORD"] || undefined,
    oidcSecret: environment["IMAGEHUB_OIDC_CLIENT_SECRET"] || undefined,
  });
}

/** Only from the environment, or from a file: a flag would show in `ps`. */
interface Secrets {
  adminPassword: string | undefined;
  oidcSecret: string | undefined;
}

function toConfig(values: SettingValues, { adminPassword, oidcSecret }: Secrets): Config {
  const value = (name: SettingName): string | undefined =>
    values[name] ?? (SETTINGS[name] as Setting).default;
  const dataFolder = resolve(value("data") ?? "");
  const listen = parseListen("listen", value("listen") ?? "");
  const publicUrl = parsePublicUrl(value("public-url"));
  const registration =
    (value("registration") as Config["registration"] | undefined) ??
    (isLoopback(listen.host) && !publicUrl ? "open" : "closed");
  return {
    listen,
    listenTls:
      value("listen-tls") === "off" ? undefined : parseListen("listen-tls", value("listen-tls") ?? ""),
    tlsFiles: parseTlsFiles(value("tls-cert"), value("tls-key")),
    dataFolder,
    publicUrl,
    trustedProxies: parseList(value("trusted-proxies")),
    databaseUrl: value("database") ?? `sqlite:${join(dataFolder, "hub.db")}`,
    storageUrl: value("storage") ?? `file:${join(dataFolder, "storage")}`,
    registration,
    oidc: parseOidc(value, { registration, secret: oidcSecret }),
    sparseManifests: value("sparse-manifests") as SparseManifests,
    gcIntervalMs:
      value("gc-interval") === "off" ? undefined : parseInterval("gc-interval", value("gc-interval") ?? ""),
    undeleteMs: parseDays("undelete-days", value("undelete-days") ?? ""),
    snapshotMs: parseDays("snapshot-days", value("snapshot-days") ?? ""),
    auditMs: parseDays("audit-days", value("audit-days") ?? "", { least: 1, most: 3650 }),
    rateLimits: {
      requests: parseLimit(
        "rate-limit-requests",
        value("rate-limit-requests") ?? (isLoopback(listen.host) && !publicUrl ? "off" : "30000/1m"),
      ),
      anonymousPulls: parseLimit("rate-limit-anonymous-pulls", value("rate-limit-anonymous-pulls") ?? "off"),
      pulls: parseLimit("rate-limit-pulls", value("rate-limit-pulls") ?? "off"),
    },
    frameAncestors: parseList(value("frame-ancestors")).map(parseFrameAncestor),
    corsOrigins: parseList(value("cors-origins")).map(parseCorsOrigin),
    logLevel: value("log-level") ?? "info",
    adminPassword,
  };
}

function parseListen(name: string, text: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new ConfigError(
      `Cannot take ${name} ${JSON.stringify(text)}: expected HOST:PORT, for example 127.0.0.1:5000`,
    );
  }
  return { host: match[1] ?? (match[2] || "0.0.0.0"), port };
}

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Timers count to 2^31 milliseconds, which is 24 days. */
const MAX_INTERVAL_MS = 20 * UNITS_MS.d;

function parseInterval(name: string, text: string): number {
  const match = /^(\d{1,5})([mhd])$/.exec(text);
  const intervalMs = Number(match?.[1]) * UNITS_MS[match?.[2] as keyof typeof UNITS_MS];
  if (!match || intervalMs < UNITS_MS.m || intervalMs > MAX_INTERVAL_MS) {
    throw new ConfigError(
      `Cannot take ${name} ${JSON.stringify(text)}: expected a time from 1m to 20d, for example 24h, or off`,
    );
  }
  return intervalMs;
}

function parseDays(name: string, text: string, { least = 0, most = 365 } = {}): number {
  const days = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (days >= least && days <= most) return days * UNITS_MS.d;
  throw new ConfigError(
    `Cannot take ${name} ${JSON.stringify(text)}: expected days from ${least} to ${most}, for example 7`,
  );
}

function parseLimit(name: string, text: string): Rate | undefined {
  const rate = parseRate(text);
  if (rate || text === "off") return rate;
  throw new ConfigError(
    `Cannot take ${name} ${JSON.stringify(text)}: expected how many in which time (s, m, h, d), for example 100/6h, or off`,
  );
}

function parsePublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "") {
    throw new ConfigError(
      `Cannot take public-url ${JSON.stringify(text)}: expected scheme and host, for example https://hub.example.com`,
    );
  }
  return url.origin;
}

/** It goes into a header as it is: https://www.w3.org/TR/CSP3/#framework-directive-source-list, host-source. */
function parseFrameAncestor(text: string): string {
  if (!/^https?:\/\/(?:\*\.)?[a-z0-9.-]+(?::(?:\d{1,5}|\*))?$/i.test(text)) {
    throw new ConfigError(
      `Cannot take frame-ancestors ${JSON.stringify(text)}: expected an origin, for example https://cloud.example.com`,
    );
  }
  return text;
}

/** As browsers write it in `Origin`: lower case, without a default port or a slash at the end. */
function parseCorsOrigin(text: string): string {
  if (text === "*" || (/^https?:[^*]+$/.test(text) && URL.parse(text)?.origin === text)) return text;
  throw new ConfigError(
    `Cannot take cors-origins ${JSON.stringify(text)}: expected an origin as browsers send it, for example https://console.example.com, or *`,
  );
}

function parseTlsFiles(cert: string | undefined, key: string | undefined): Config["tlsFiles"] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new ConfigError("Cannot use tls-cert and tls-key: expected both or none");
  return { cert, key };
}
