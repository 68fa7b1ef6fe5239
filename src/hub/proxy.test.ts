import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { ConfigError } from "./errors.ts";
import { createProxy } from "./proxy.ts";

function from(
  remoteAddress: string,
  headers: Record<string, string> = {},
  { encrypted = false } = {},
): IncomingMessage {
  return { headers, socket: { remoteAddress, encrypted } } as unknown as IncomingMessage;
}

const forged = {
  host: "hub.example.com:5000",
  "x-forwarded-host": "evil.example",
  "x-forwarded-proto": "https",
  "x-forwarded-for": "6.6.6.6",
};
const proxy = createProxy({ trustedProxies: ["10.0.0.0/8", "192.0.2.7", "fd00::/8"] });

test("forwarded headers of a peer that is no trusted proxy are not believed", () => {
  for (const peer of ["203.0.113.9", "192.0.2.8", "::ffff:203.0.113.9", "fe80::1"]) {
    assert.equal(proxy.baseUrl(from(peer, forged)), "http://hub.example.com:5000");
    assert.equal(proxy.clientAddress(from(peer, forged)), peer);
  }
  assert.equal(
    createProxy({ trustedProxies: [] }).baseUrl(from("127.0.0.1", forged)),
    "http://hub.example.com:5000",
  );
});

test("forwarded headers of a trusted proxy are believed, also of one that comes by IPv6", () => {
  for (const peer of ["10.1.2.3", "192.0.2.7", "::ffff:10.1.2.3", "fd00::1"]) {
    const headers = {
      host: "inside:5000",
      "x-forwarded-host": "hub.example.com",
      "x-forwarded-proto": "https",
    };
    assert.equal(proxy.baseUrl(from(peer, headers)), "https://hub.example.com");
    assert.equal(proxy.clientAddress(from(peer, { "x-forwarded-for": "203.0.113.9" })), "203.0.113.9");
  }
});

test("of several values the one that the trusted proxy added counts", () => {
  const headers = {
    host: "inside",
    "x-forwarded-host": "evil.example, hub.example.com",
    "x-forwarded-proto": "http, https",
  };
  assert.equal(proxy.baseUrl(from("10.1.2.3", headers)), "https://hub.example.com");
});

test("the client is the first address before the trusted proxies, whatever it claims to be", () => {
  assert.equal(clientOf("6.6.6.6, 203.0.113.9, 10.9.9.9"), "203.0.113.9");
  assert.equal(clientOf("10.0.0.5"), "10.0.0.5");
  assert.equal(clientOf("203.0.113.9, not-an-address"), "10.1.2.3");
  assert.equal(clientOf(""), "10.1.2.3");
});

function clientOf(chain: string): string {
  return proxy.clientAddress(from("10.1.2.3", { "x-forwarded-for": chain }));
}

test("a host that is none is not repeated", () => {
  for (const host of ['a"b', "a b", "a/b", "a,b", "[x]", "host:port", "x@y", ""]) {
    assert.equal(proxy.baseUrl(from("203.0.113.9", { host })), "http://localhost");
  }
  const headers = { host: "hub", "x-forwarded-host": "<script>", "x-forwarded-proto": "javascript" };
  assert.equal(proxy.baseUrl(from("10.1.2.3", headers)), "http://localhost");
  assert.equal(proxy.baseUrl(from("::1", { host: "[::1]:5000" })), "http://[::1]:5000");
});

test("a request over TLS has an https address, and a public URL is the address of all", () => {
  assert.equal(proxy.baseUrl(from("203.0.113.9", { host: "hub" }, { encrypted: true })), "https://hub");
  const fixed = createProxy({ publicUrl: "https://hub.example.com", trustedProxies: ["10.0.0.0/8"] });
  assert.equal(fixed.baseUrl(from("10.1.2.3", forged)), "https://hub.example.com");
});

test("a proxy that is no address or network is refused", () => {
  for (const text of ["proxy.example.com", "10.0.0.0/33", "10.0.0", "10.0.0.0/8/8"]) {
    assert.throws(() => createProxy({ trustedProxies: [text] }), ConfigError, text);
  }
});
