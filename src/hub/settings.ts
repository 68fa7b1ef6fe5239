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
  "oidc-issuer": {
    value: "URL",
    description: "provider of OpenID Connect that users log in by (default: none)",
  },
  "oidc-client-id": { value: "ID", description: "what the provider knows the hub by" },
  "oidc-client-secret-file": {
    value: "FILE",
    description:
      "secret of --oidc-client-id; or IMAGEHUB_OIDC_CLIENT_SECRET (default: none, a public client)",
  },
  "oidc-name": { value: "NAME", description: "what users know the provider by (default: its host)" },
  "oidc-scopes": {
    value: "SCOPE,…",
    default: "openid,profile,email",
    description: "what the provider is asked for",
  },
  "oidc-name-claim": {
    value: "CLAIM",
    default: "preferred_username",
    description: "the claim that a new user's name comes from",
  },
  "oidc-groups-claim": {
    value: "CLAIM",
    default: "groups",
    description: "the claim that has a user's groups",
  },
  "oidc-groups": {
    value: "GROUP=ORGANIZATION:ROLE,…",
    description: "what members of groups are in organizations, for example devs=team:publisher",
  },
  "oidc-require": {
    value: "CLAIM=VALUE,…",
    description: "who may log in by the provider, for example hd=example.com (default: all of its users)",
  },
  "oidc-registration": {
    value: "HOW",
    choices: ["open", "closed"],
    description:
      "whether the provider's users get accounts at their first login (default: as --registration)",
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
  "undelete-days": {
    value: "DAYS",
    default: "7",
    description: "how long what was deleted can be restored, up to 365; 0: not at all",
  },
  "snapshot-days": {
    value: "DAYS",
    default: "7",
    description: "how long daily snapshots of the database are kept in storage, up to 365; 0: none is made",
  },
  "audit-days": {
    value: "DAYS",
    default: "90",
    description: "how long it is known who did what, from 1 to 3650",
  },
  "rate-limit-requests": {
    value: "COUNT/TIME",
    description:
      "requests of one user, or of one address without a user, for example 30000/1m (which is the default beyond loopback), or off",
  },
  "rate-limit-anonymous-pulls": {
    value: "COUNT/TIME",
    default: "off",
    description: "pulls of one address without a user, for example 100/6h",
  },
  "rate-limit-pulls": {
    value: "COUNT/TIME",
    default: "off",
    description: "pulls of one user, for example 5000/1d",
  },
  "frame-ancestors": { value: "ORIGIN,…", description: "pages of these origins may show the hub in a frame" },
  "cors-origins": {
    value: "ORIGIN,…",
    description: "web apps of these origins may use /v2 and /token, or * for all (default: none)",
  },
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
