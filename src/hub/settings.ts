/** One setting: a flag `--NAME`, an environment variable `IMAGEHUB_NAME`, a key `NAME` of the file. */
export interface Setting {
  /** What the flag takes, as help shows it. */
  value: string;
  description: string;
  default?: string;
  /** The values taken, when only some are. */
  choices?: readonly string[];
}

/** Every setting of the hub, by name. */
export const SETTINGS = {
  listen: {
    value: "HOST:PORT",
    default: "127.0.0.1:5000",
    description: "address for HTTP; port 0 takes any free one",
  },
  "listen-tls": { value: "HOST:PORT", default: "127.0.0.1:5443", description: "address for HTTPS, or off" },
  "tls-cert": {
    value: "FILE",
    description: "certificate for HTTPS, PEM (default: made by the hub's own CA)",
  },
  "tls-key": { value: "FILE", description: "key of --tls-cert, PEM" },
  data: { value: "FOLDER", default: "./data", description: "where the hub keeps everything" },
  "public-url": {
    value: "URL",
    description: "what clients see, behind a proxy (default: the request's Host)",
  },
  "trusted-proxies": { value: "CIDR,…", description: "whose X-Forwarded-* headers are believed" },
  database: { value: "URL", description: "sqlite:PATH or postgres://… (default: sqlite:DATA/hub.db)" },
  storage: { value: "URL", description: "file:PATH or s3://… (default: file:DATA/storage)" },
  resources: {
    value: "WHERE",
    default: "database",
    choices: ["database"],
    description: "where resources live",
  },
  registration: {
    value: "HOW",
    choices: ["open", "closed"],
    description: "who may register (default: open on loopback without --public-url, else closed)",
  },
  "sparse-manifests": {
    value: "WHICH",
    default: "indexes",
    choices: ["indexes", "all", "none"],
    description: "manifests that may name content not pushed yet",
  },
  "gc-interval": {
    value: "TIME",
    default: "24h",
    description: "how often garbage is collected, for example 6h, or off",
  },
  "frame-ancestors": { value: "ORIGIN,…", description: "pages of these origins may show the hub in a frame" },
  "log-level": {
    value: "LEVEL",
    default: "info",
    choices: ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
    description: "what is logged, as JSON on standard error",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}
