import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";
import { connect, type ConnectionOptions } from "node:tls";
import { makePrivate } from "../make-private.ts";
import { buildImage } from "../image-builder.ts";
import { bearer, pushImage } from "../registry-client.ts";
import { ADMIN_PASSWORD, startTestHub } from "../start-hub.ts";
import { parseAnswer, sendRaw, type RawAnswer } from "./raw.ts";

const hub = await startTestHub({ "log-level": "fatal", "listen-tls": "127.0.0.1:0" });
const named = await startTestHub({ "log-level": "fatal", "public-url": "https://hub.example.com" });
const proxied = await startTestHub({ "log-level": "fatal", "trusted-proxies": "127.0.0.1" });
const framed = await startTestHub({ "log-level": "fatal", "frame-ancestors": "https://cloud.example.com" });
after(() => Promise.all([hub, named, proxied, framed].map((one) => one.stop())));

const page = Buffer.from("<script>alert(1)</script>");
const image = await buildImage({ layers: [{ files: { "README.md": "# Secret" } }] });
await pushImage(hub, image, { repository: "org/secret", reference: "v1" });
await hub.context.controllers.idle();
await makePrivate(hub, "org/secret");
const token = await bearer(hub, ["repository:org/secret:pull"], hub.admin);
const cookie = await logIn();
const NAMED = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";

interface Attack {
  /** What is tried. */
  title: string;
  at?: { url: string };
  /** Default `GET`. */
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Default any. */
  status?: number;
  /** What the head must have. */
  has?: Record<string, RegExp>;
  /** What neither head nor body may have. */
  hasNot?: RegExp;
}

const EVIL = "evil.example";
const REALM = (host: string): Record<string, RegExp> => ({
  "www-authenticate": new RegExp(`^Bearer realm="${host}/token",service="imagehub"`),
});
/** What a header would be that a client put into another. */
const INJECTED = /^x-injected:/im;
const CRLF = "%0d%0aX-Injected:%20yes";
const PRIVATE = { "cache-control": /^(?:private, no-cache|no-store)$/ };

const ATTACKS: Attack[] = [
  // Host and forwarded headers: where a client is sent with its password.
  {
    title: "a foreign Host, where the operator says the address",
    at: named,
    path: "/v2/",
    headers: { host: EVIL },
    status: 401,
    has: REALM("https://hub\\.example\\.com"),
  },
  {
    title: "X-Forwarded-Host of a client that is no trusted proxy",
    path: "/v2/",
    headers: { host: "hub.local", "x-forwarded-host": EVIL, "x-forwarded-proto": "https" },
    status: 401,
    has: REALM("http://hub\\.local"),
  },
  {
    title: "X-Forwarded-Host that a client put before the trusted proxy's",
    at: proxied,
    path: "/v2/",
    headers: { "x-forwarded-host": `${EVIL}, hub.local` },
    status: 401,
    has: REALM("http://hub\\.local"),
  },
  {
    title: "a Host that ends the challenge's quotes",
    path: "/v2/",
    headers: { host: `x",realm="http://${EVIL}` },
    hasNot: /evil\.example/,
  },
  {
    title: "a Host with a path and a user",
    path: "/v2/",
    headers: { host: `user@${EVIL}/x` },
    status: 401,
    has: REALM("http://localhost"),
  },
  {
    title: "X-Forwarded-Proto that is no scheme",
    at: proxied,
    path: "/v2/",
    headers: { host: "hub.local", "x-forwarded-proto": "javascript" },
    status: 401,
    has: REALM("http://hub\\.local"),
  },
  {
    title: "an address with another host",
    path: `http://${EVIL}/v2/`,
    headers: { host: "hub.local" },
    hasNot: /evil\.example/,
  },

  // Lines of its own in the head of an answer.
  ...[
    "/v2/org/secret/tags/list?n=1&last=",
    "/v2/_catalog?n=1&last=",
    "/v2/org/secret/referrers/",
    "/v2/org/",
    "/api/v1/",
    "/r/",
    "/token?scope=",
    `${NAMED}/images/`,
    "/api/v1/search?q=",
  ].map((path): Attack => ({
    title: `a line break in ${path}`,
    path: path + CRLF,
    headers: { authorization: path.startsWith("/v2") ? token : hub.admin },
    hasNot: INJECTED,
  })),
  {
    title: "a line break in what becomes a warning",
    method: "POST",
    path: `${NAMED}/repositories?dryRun=All`,
    headers: { authorization: hub.admin, "content-type": "application/json" },
    body: JSON.stringify({
      apiVersion: "imagehub.sealos.io/v1",
      kind: "Repository",
      metadata: { name: "org.new" },
      spec: { name: "org/new" },
      "odd\r\nX-Injected: yes": 1,
    }),
    hasNot: INJECTED,
  },
  {
    title: "a line break in the media type of a manifest",
    method: "PUT",
    path: "/v2/org/secret/manifests/v2",
    headers: { authorization: hub.admin, "content-type": "text/html" },
    body: JSON.stringify({ schemaVersion: 2, mediaType: "a/b\r\nX-Injected: yes" }),
    status: 400,
    hasNot: INJECTED,
  },

  // Frames, scripts and guesses at what a file is.
  ...["/", "/login", "/no/such/page", "/api/v1/hub", "/api/v1/nothing", NAMED, "/token"].map(
    (path): Attack => ({
      title: `${path} in a frame of another site`,
      path,
      has: { "x-frame-options": /^DENY$/, "content-security-policy": /frame-ancestors 'none'/ },
    }),
  ),
  {
    title: "a frame of a site that the operator did not name",
    at: framed,
    path: "/",
    has: { "content-security-policy": /frame-ancestors 'self' https:\/\/cloud\.example\.com$/ },
  },
  {
    title: "a script in the page, or one of another site",
    path: "/",
    has: {
      "content-security-policy":
        /default-src 'self';(?!.*(?:script-src|unsafe-)).*object-src 'none'.*base-uri 'none'/,
    },
  },
  ...["/", "/api/v1/hub", NAMED, "/v2/", "/v2/org/secret/manifests/v1"].map((path): Attack => ({
    title: `${path} taken for a script by its content`,
    path,
    headers: { authorization: path.startsWith("/v2/org") ? token : "" },
    has: { "x-content-type-options": /^nosniff$/ },
  })),
  {
    title: "an address with a script that a page would show",
    path: `/api/v1/${page}`.replaceAll(/[<>]/g, encodeURIComponent),
    has: { "content-type": /^application\/problem\+json/ },
  },
  {
    title: "an unknown page with a script in its address",
    path: "/%3Cscript%3Ealert(1)%3C/script%3E",
    hasNot: /<script>alert/,
  },
  {
    title: "TRACE, which shows a browser's cookies to scripts",
    method: "TRACE",
    path: "/",
    headers: { cookie: "secret=1" },
    hasNot: /secret=1/,
  },

  // Other sites.
  ...[
    "//evil.example",
    "/%2f%2fevil.example",
    "/\\evil.example",
    "/login?next=//evil.example",
    "/http://evil.example",
  ].map((path): Attack => ({
    title: `an address ${path} that leads elsewhere`,
    path,
    hasNot: /^location:/im,
  })),
  {
    title: "a script of another site that reads the API",
    path: "/api/v1/me",
    headers: { origin: `https://${EVIL}`, cookie },
    hasNot: /access-control-allow-origin|"admin"/i,
  },
  {
    title: "a page of another site that asks what it may send",
    method: "OPTIONS",
    path: "/api/v1/tokens",
    headers: { origin: `https://${EVIL}`, "access-control-request-method": "POST" },
    hasNot: /access-control-allow/i,
  },
  {
    title: "a form of another site that makes a token",
    method: "POST",
    path: "/api/v1/tokens",
    headers: {
      origin: `https://${EVIL}`,
      "sec-fetch-site": "cross-site",
      cookie,
      "content-type": "text/plain",
    },
    body: '{"name":"x","scopes":["admin"]}',
    hasNot: /ihp_/,
  },

  // A cache between the hub and many clients.
  ...[
    "/v2/org/secret/manifests/v1",
    "/v2/org/secret/tags/list",
    `/v2/org/secret/blobs/${[...image.blobs.keys()][0]}`,
  ].map((path): Attack => ({
    title: `a shared cache that keeps ${path}`,
    path,
    headers: { authorization: token },
    status: 200,
    has: PRIVATE,
  })),
  ...[
    "/api/v1/images/org/secret/-/v1/readme",
    "/api/v1/search?q=secret",
    "/api/v1/me",
    `${NAMED}/images/org.secret.v1`,
    `${NAMED}/repositories`,
  ].map((path): Attack => ({
    title: `a shared cache that keeps ${path}, read by a cookie`,
    path,
    headers: { cookie },
    status: 200,
    has: PRIVATE,
  })),
  {
    title: "a shared cache that keeps that something is not there",
    path: "/api/v1/images/org/secret/-/v1/readme",
    status: 404,
    has: PRIVATE,
  },
  {
    title: "a shared cache that keeps who may not",
    path: "/v2/org/secret/manifests/v1",
    status: 401,
    has: PRIVATE,
  },
];

for (const attack of ATTACKS) {
  test(`refused: ${attack.title}`, async () => {
    const { head, answer } = await send(attack);
    if (attack.status !== undefined) assert.equal(answer?.status, attack.status, head.slice(0, 600));
    for (const [name, expected] of Object.entries(attack.has ?? {})) {
      assert.match(answer?.headers.get(name) ?? "", expected, name);
    }
    if (attack.hasNot) assert.doesNotMatch(head, attack.hasNot);
  });
}

/** Connection → whether the hub takes it. */
const TLS: [title: string, options: ConnectionOptions, taken: boolean][] = [
  ["TLS 1.1", { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }, false],
  [
    "CBC",
    { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:AES128-SHA" },
    false,
  ],
  ["a key exchange without forward secrecy", { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" }, false],
  [
    "TLS 1.2 with AES-GCM",
    { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256" },
    true,
  ],
  ["TLS 1.3", { minVersion: "TLSv1.3" }, true],
];

for (const [title, options, taken] of TLS) {
  test(`${taken ? "taken" : "refused"}: ${title}`, async () => {
    const { port } = new URL(hub.tlsUrl ?? "");
    const socket = connect({ port: Number(port), host: "127.0.0.1", rejectUnauthorized: false, ...options });
    const isConnected = await Promise.race([
      once(socket, "secureConnect").then(() => true),
      once(socket, "close").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    assert.equal(isConnected, taken);
  });
}

async function send({ at = hub, method = "GET", path, headers = {}, body = "" }: Attack): Promise<{
  head: string;
  answer: RawAnswer | undefined;
}> {
  const all = {
    host: new URL(at.url).host,
    connection: "close",
    ...headers,
    "content-length": Buffer.byteLength(body),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = await sendRaw(at.url, `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  return { head, answer: parseAnswer(head) };
}

async function logIn(): Promise<string> {
  const response = await fetch(`${hub.url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "admin", password: ADMIN_PASSWORD }),
  });
  return (response.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
}
