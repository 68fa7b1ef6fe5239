import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { closest } from "fastest-levenshtein";
import { parse as parseYaml } from "yaml";
import type { SparseManifests } from "../content/content.ts";
import { isSettingName, SETTINGS, type Setting, type SettingName } from "./settings.ts";

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
  sparseManifests: SparseManifests;
  frameAncestors: string[];
  logLevel: string;
  /** Only from the environment: a flag would show in `ps`. */
  adminPassword: string | undefined;
}

/** A setting is unknown, or its value is not one that it takes. */
export class ConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ConfigError";
  }
}

type Values = Partial<Record<SettingName, string>>;

/**
 * Reads the configuration: flags win over environment, environment over file, file over defaults.
 * @param flags by setting name, without dashes before it; `config` names the file
 * @throws ConfigError
 */
export function loadConfig(
  flags: Record<string, string | undefined>,
  environment: NodeJS.ProcessEnv,
): Config {
  const { config: flagFile, ...flagValues } = flags;
  const file = flagFile ?? environment["IMAGEHUB_CONFIG"];
  const values: Values = {
    ...(file === undefined ? {} : readFile(file)),
    ...fromEnvironment(environment),
    ...checkNames(flagValues, "flag --"),
  };
  checkChoices(values);
  return toConfig(values, environment["IMAGEHUB_ADMIN_PASSWORD"]);
}

function toConfig(values: Values, adminPassword: string | undefined): Config {
  const value = (name: SettingName): string | undefined =>
    values[name] ?? (SETTINGS[name] as Setting).default;
  const dataFolder = resolve(value("data") ?? "");
  const listen = parseListen("listen", value("listen") ?? "");
  const publicUrl = parsePublicUrl(value("public-url"));
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
    registration:
      (value("registration") as Config["registration"] | undefined) ??
      (isLoopback(listen.host) && !publicUrl ? "open" : "closed"),
    sparseManifests: value("sparse-manifests") as SparseManifests,
    frameAncestors: parseList(value("frame-ancestors")),
    logLevel: value("log-level") ?? "info",
    adminPassword: adminPassword === "" ? undefined : adminPassword,
  };
}

function readFile(path: string): Values {
  let document: unknown;
  try {
    document = parseYaml(readFileSync(path, "utf8")) ?? {};
  } catch (error) {
    throw new ConfigError(`Cannot read configuration ${JSON.stringify(path)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new ConfigError(
      `Cannot read configuration ${JSON.stringify(path)}: expected keys and values, for example listen: 127.0.0.1:5000`,
    );
  }
  const texts = Object.entries(document).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.join(",") : String(value),
  ]);
  return checkNames(Object.fromEntries(texts) as Record<string, string>, `key in ${path}: `);
}

/** Variables that are no settings: these two, and those that Kubernetes sets for a Service named imagehub. */
const OTHER_VARIABLES = /^IMAGEHUB_(?:CONFIG|ADMIN_PASSWORD|SERVICE_.*|PORT(?:_.*)?)$/;

function fromEnvironment(environment: NodeJS.ProcessEnv): Values {
  const entries = Object.entries(environment)
    .filter(
      ([variable, value]) =>
        variable.startsWith("IMAGEHUB_") && !OTHER_VARIABLES.test(variable) && value !== "",
    )
    .map(([variable, value]) => [
      variable.slice("IMAGEHUB_".length).toLowerCase().replaceAll("_", "-"),
      value,
    ]);
  return checkNames(Object.fromEntries(entries) as Record<string, string>, "environment variable for ");
}

function checkNames(values: Record<string, string | undefined>, what: string): Values {
  for (const name of Object.keys(values)) {
    if (!isSettingName(name)) {
      throw new ConfigError(`Unknown ${what}${name}: did you mean ${closest(name, Object.keys(SETTINGS))}?`);
    }
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function checkChoices(values: Values): void {
  for (const [name, value] of Object.entries(values) as [SettingName, string][]) {
    const { choices } = SETTINGS[name] as Setting;
    if (choices && !choices.includes(value)) {
      throw new ConfigError(`Cannot take ${name} ${JSON.stringify(value)}: expected ${choices.join(" or ")}`);
    }
  }
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

function parseTlsFiles(cert: string | undefined, key: string | undefined): Config["tlsFiles"] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new ConfigError("Cannot use tls-cert and tls-key: expected both or none");
  return { cert, key };
}

function parseList(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
