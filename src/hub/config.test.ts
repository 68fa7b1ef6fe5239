import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadConfig } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { isLoopback } from "./loopback.ts";

const folder = mkdtempSync(join(tmpdir(), "imagehub-config-"));
after(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, "hub.yaml");
  writeFileSync(path, text);
  return path;
}

function refused(
  flags: Record<string, string>,
  environment: Record<string, string>,
  message: RegExp | string,
): void {
  assert.throws(
    () => loadConfig(flags, environment),
    (error) => {
      assert.ok(error instanceof ConfigError);
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    },
  );
}

test("without any setting the defaults are the documented ones", () => {
  const config = loadConfig({}, {});
  assert.deepEqual(config.listen, { host: "127.0.0.1", port: 5000 });
  assert.deepEqual(config.listenTls, { host: "127.0.0.1", port: 5443 });
  assert.equal(config.dataFolder, join(process.cwd(), "data"));
  assert.equal(config.databaseUrl, `sqlite:${join(process.cwd(), "data", "hub.db")}`);
  assert.equal(config.storageUrl, `file:${join(process.cwd(), "data", "storage")}`);
  assert.equal(config.registration, "open");
  assert.equal(config.sparseManifests, "indexes");
  assert.deepEqual([config.trustedProxies, config.frameAncestors, config.corsOrigins], [[], [], []]);
  assert.equal(config.gcIntervalMs, 24 * 60 * 60 * 1000);
  assert.equal(config.undeleteMs, 7 * 24 * 60 * 60 * 1000);
  assert.equal(config.adminPassword, undefined);
});

test("a flag wins over the environment, the environment over the file, the file over the default", () => {
  const config = fileOf("log-level: warn\ndata: /file\nlisten: 127.0.0.1:1");
  const environment = { IMAGEHUB_DATA: "/environment", IMAGEHUB_LISTEN: "127.0.0.1:2" };
  const loaded = loadConfig({ config, listen: "127.0.0.1:3", data: undefined }, environment);
  assert.equal(loaded.listen.port, 3);
  assert.equal(loaded.dataFolder, "/environment");
  assert.equal(loaded.logLevel, "warn");
});

test("the file is named by a flag, or else by IMAGEHUB_CONFIG", () => {
  const config = fileOf("data: /file");
  assert.equal(loadConfig({}, { IMAGEHUB_CONFIG: config }).dataFolder, "/file");
  refused({ config: "/absent.yaml" }, { IMAGEHUB_CONFIG: config }, /^Cannot read configuration "\/absent/);
});

test("a list in the file is as one apart by commas", () => {
  const config = fileOf("trusted-proxies: [10.0.0.0/8, 192.168.1.1]\nframe-ancestors: https://a.example");
  const loaded = loadConfig({ config }, {});
  assert.deepEqual(loaded.trustedProxies, ["10.0.0.0/8", "192.168.1.1"]);
  assert.deepEqual(loaded.frameAncestors, ["https://a.example"]);
  const flags = { "trusted-proxies": "10.0.0.0/8, 192.168.1.1," };
  assert.deepEqual(loadConfig(flags, {}).trustedProxies, ["10.0.0.0/8", "192.168.1.1"]);
});

test("a key without a value and an empty variable are settings that are not set", () => {
  const config = fileOf("public-url:\nlog-level: ~");
  const loaded = loadConfig({ config }, { IMAGEHUB_DATABASE: "", IMAGEHUB_ADMIN_PASSWORD: "" });
  assert.equal(loaded.publicUrl, undefined);
  assert.equal(loaded.logLevel, "info");
  assert.match(loaded.databaseUrl, /^sqlite:/);
  assert.equal(loaded.adminPassword, undefined);
  assert.equal(loadConfig({ config: fileOf("") }, {}).logLevel, "info");
});

test("an unknown name is refused and the nearest one is named as it would be written", () => {
  refused({ lisen: "x" }, {}, "Unknown flag --lisen: did you mean --listen?");
  refused(
    {},
    { IMAGEHUB_TRUSTED_PROXY: "x" },
    "Unknown environment variable IMAGEHUB_TRUSTED_PROXY: did you mean IMAGEHUB_TRUSTED_PROXIES?",
  );
  const config = fileOf("publicUrl: https://a.example");
  refused({ config }, {}, `Unknown key in ${config}: publicUrl: did you mean public-url?`);
  refused({ config: fileOf("toString: 1") }, {}, /^Unknown key/);
});

test("variables that Kubernetes sets for Services are no settings", () => {
  const services = {
    IMAGEHUB_NEW_PASSWORD: "x",
    IMAGEHUB_SERVICE_HOST: "10.0.0.1",
    IMAGEHUB_SERVICE_PORT: "5000",
    IMAGEHUB_SERVICE_PORT_HTTP: "5000",
    IMAGEHUB_PORT: "tcp://10.0.0.1:5000",
    IMAGEHUB_PORT_5000_TCP: "tcp://10.0.0.1:5000",
    IMAGEHUB_PORT_5000_TCP_PROTO: "tcp",
    IMAGEHUB_PORT_5000_TCP_PORT: "5000",
    IMAGEHUB_PORT_5000_TCP_ADDR: "10.0.0.1",
    IMAGEHUB_DB_SERVICE_HOST: "10.0.0.2",
    IMAGEHUB_DB_PORT_5432_TCP_ADDR: "10.0.0.2",
    OTHER: "x",
  };
  assert.deepEqual(loadConfig({}, services), loadConfig({}, {}));
});

const BAD_VALUES: [string, string, RegExp][] = [
  ["listen", "5000", /^Cannot take listen "5000": expected HOST:PORT/],
  ["listen", "127.0.0.1:65536", /expected HOST:PORT/],
  ["listen", "::1:5000", /expected HOST:PORT/],
  ["listen-tls", "on", /^Cannot take listen-tls "on": expected HOST:PORT/],
  ["public-url", "hub.example.com", /^Cannot take public-url "hub.example.com": expected scheme and host/],
  ["public-url", "ftp://hub.example.com", /expected scheme and host/],
  ["public-url", "https://hub.example.com/path", /expected scheme and host/],
  ["registration", "maybe", /^Cannot take registration "maybe": expected open or closed$/],
  ["sparse-manifests", "some", /expected indexes or all or none/],
  ["log-level", "loud", /^Cannot take log-level "loud"/],
  ["resources", "etcd", /^Cannot take resources "etcd"/],
  ["undelete-days", "366", /^Cannot take undelete-days "366": expected days from 0 to 365, for example 7/],
  ["undelete-days", "7d", /^Cannot take undelete-days/],
  ["tls-cert", "/cert.pem", /tls-cert and tls-key: expected both or none/],
  [
    "cors-origins",
    "https://a.example/",
    /^Cannot take cors-origins .*expected an origin as browsers send it/,
  ],
  ["cors-origins", "https://*.example", /^Cannot take cors-origins/],
  ["cors-origins", "null", /^Cannot take cors-origins/],
  ["frame-ancestors", "https://a.example; script-src *", /^Cannot take frame-ancestors .*expected an origin/],
];

for (const [name, value, message] of BAD_VALUES) {
  test(`${name} ${JSON.stringify(value)} is refused`, () => refused({ [name]: value }, {}, message));
}

for (const [text, message] of [
  ["- listen", /expected keys and values/],
  ["listen: [", /^Cannot read configuration/],
  ["listen: {host: a}", /^Cannot take listen {"host":"a"}: expected a value, or a list of values/],
  ["trusted-proxies: [10.0.0.0/8, {a: 1}]", /^Cannot take trusted-proxies/],
  ["listen: 5000", /^Cannot take listen "5000": expected HOST:PORT/],
] as const) {
  test(`a file with ${JSON.stringify(text)} is refused`, () =>
    refused({ config: fileOf(text) }, {}, message));
}

test("registration is open on loopback without a public URL, else closed, unless the operator says", () => {
  assert.equal(registrationOf({ listen: "[::1]:0" }), "open");
  assert.equal(registrationOf({ listen: "0.0.0.0:5000" }), "closed");
  assert.equal(registrationOf({ listen: ":5000" }), "closed");
  assert.equal(registrationOf({ "public-url": "https://hub.example.com/" }), "closed");
  assert.equal(registrationOf({ listen: "0.0.0.0:5000", registration: "open" }), "open");
});

test("isLoopback() answers for names and addresses", () => {
  for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "::1"]) assert.equal(isLoopback(host), true);
  for (const host of ["0.0.0.0", "::", "127.example.com", "10.0.0.1"]) assert.equal(isLoopback(host), false);
});

test("an address in brackets is IPv6, and an empty host is every address", () => {
  assert.deepEqual(loadConfig({ listen: "[::1]:80" }, {}).listen, { host: "::1", port: 80 });
  assert.deepEqual(loadConfig({ listen: ":80" }, {}).listen, { host: "0.0.0.0", port: 80 });
  assert.equal(loadConfig({ "listen-tls": "off" }, {}).listenTls, undefined);
});

test("the administrator's password comes from the environment alone", () => {
  assert.equal(loadConfig({}, { IMAGEHUB_ADMIN_PASSWORD: "secret" }).adminPassword, "secret");
  refused({ "admin-password": "secret" }, {}, /^Unknown flag --admin-password/);
  refused({ config: fileOf("admin-password: secret") }, {}, /^Unknown key/);
});

function registrationOf(flags: Record<string, string>): string {
  return loadConfig(flags, {}).registration;
}

test("gc-interval is a time of minutes, hours or days, or off", () => {
  assert.deepEqual(["1m", "90m", "6h", "7d", "off"].map(intervalOf), [
    60_000,
    5_400_000,
    21_600_000,
    604_800_000,
    undefined,
  ]);
  for (const text of ["0m", "21d", "24", "1s", "-1h", "1.5h", "never"]) {
    refused(
      { "gc-interval": text },
      {},
      `Cannot take gc-interval "${text}": expected a time from 1m to 20d, for example 24h, or off`,
    );
  }
});

function intervalOf(text: string): number | undefined {
  return loadConfig({ "gc-interval": text }, {}).gcIntervalMs;
}

test("a provider of OpenID Connect is an issuer and a client, with the documented defaults", () => {
  const secret = join(folder, "secret");
  writeFileSync(secret, "a secret\n");
  const flags = { "oidc-issuer": "https://id.example.com/realms/main", "oidc-client-id": "imagehub" };
  assert.equal(loadConfig({}, {}).oidc, undefined);
  const { oidc } = loadConfig(
    { ...flags, "oidc-client-secret-file": secret, registration: "closed" },
    {
      IMAGEHUB_OIDC_GROUPS: "cn=devs=team:publisher, ops=team:owner",
      IMAGEHUB_OIDC_REQUIRE: "hd=example.com",
    },
  );
  assert.deepEqual(oidc, {
    issuer: "https://id.example.com/realms/main",
    clientId: "imagehub",
    clientSecret: "a secret",
    name: "id.example.com",
    scopes: ["openid", "profile", "email"],
    nameClaim: "preferred_username",
    groupsClaim: "groups",
    groupRoles: [
      { group: "cn=devs", organization: "team", role: "publisher" },
      { group: "ops", organization: "team", role: "owner" },
    ],
    required: [{ claim: "hd", value: "example.com" }],
    registration: "closed",
  });
  const open = loadConfig({ ...flags, "oidc-registration": "open" }, { IMAGEHUB_OIDC_CLIENT_SECRET: "x" });
  assert.deepEqual([open.oidc?.clientSecret, open.oidc?.registration], ["x", "open"]);
});

test("a provider that cannot be is refused with what was expected", () => {
  const flags = { "oidc-issuer": "https://id.example.com", "oidc-client-id": "imagehub" };
  for (const [wrong, message] of [
    [{ "oidc-client-id": "" }, /expected both or none/],
    [{ "oidc-issuer": "http://id.example.com" }, /an https address/],
    [{ "oidc-issuer": "id.example.com" }, /an https address/],
    [{ "oidc-issuer": "https://id.example.com/?realm=main" }, /an https address/],
    [{ "oidc-scopes": "profile" }, /expected openid/],
    [{ "oidc-groups": "devs" }, /GROUP=ORGANIZATION:ROLE/],
    [{ "oidc-groups": "devs=team:writer" }, /GROUP=ORGANIZATION:ROLE/],
    [{ "oidc-groups": "devs=Team:owner" }, /GROUP=ORGANIZATION:ROLE/],
    [{ "oidc-groups": "devs=api:owner" }, /GROUP=ORGANIZATION:ROLE/],
    [{ "oidc-require": "hd" }, /CLAIM=VALUE/],
    [{ "oidc-client-secret-file": join(folder, "none") }, /ENOENT/],
  ] as const)
    refused({ ...flags, ...wrong }, {}, message);
});
