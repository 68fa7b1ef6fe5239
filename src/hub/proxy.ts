import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import ipaddr from "ipaddr.js";
import { ConfigError } from "./errors.ts";

/** What a client sees of the hub, and what the hub sees of a client. */
export interface Proxy {
  /** Scheme and host, without a slash at the end. */
  baseUrl(request: IncomingMessage): string;
  clientAddress(request: IncomingMessage): string;
}

const HOST = /^[a-z0-9.\-_]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i;

/**
 * Reads Host, or X-Forwarded-* where the peer is a proxy that the operator trusts. Of several values the last is the
 * one that this proxy wrote itself; those before it may be the client's own.
 * @throws ConfigError for a proxy that is no address or network
 */
export function createProxy(options: {
  publicUrl?: string | undefined;
  trustedProxies: readonly string[];
}): Proxy {
  const networks = options.trustedProxies.map(parseNetwork);
  const isTrusted = (address: string | undefined) => networks.some((network) => contains(network, address));
  return {
    baseUrl(request) {
      if (options.publicUrl !== undefined) return options.publicUrl;
      const trusted = isTrusted(request.socket.remoteAddress);
      const host = (trusted && forwarded(request, "host").at(-1)) || request.headers.host || "localhost";
      const isTls = (request.socket as TLSSocket).encrypted === true;
      const scheme = (trusted && forwarded(request, "proto").at(-1)) || (isTls ? "https" : "http");
      // A Host that is no host must not end up in a header or a page.
      return `${scheme === "https" ? "https" : "http"}://${HOST.test(host) ? host : "localhost"}`;
    },

    clientAddress(request) {
      let address = request.socket.remoteAddress ?? "";
      // From the nearest on: each proxy that is trusted tells who spoke to it.
      for (const before of forwarded(request, "for").toReversed()) {
        if (!isTrusted(address) || isIP(before) === 0) break;
        address = before;
      }
      return address;
    },
  };
}

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

function parseNetwork(text: string): Network {
  const [address = "", bits, ...more] = text.split("/");
  // The library also takes short forms, such as 10.1 for 10.0.0.1, which people mean as networks.
  const family = more.length > 0 ? 0 : isIP(address);
  const most = family === 4 ? 32 : 128;
  if (family === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))) {
    throw new ConfigError(
      `Cannot take trusted-proxies ${JSON.stringify(text)}: expected an address or a network, for example 10.0.0.0/8`,
    );
  }
  return [ipaddr.parse(address), bits === undefined ? most : Number(bits)];
}

function contains([network, bits]: Network, address: string | undefined): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === network.kind() && parsed.match([network, bits] as [ipaddr.IPv4, number]);
}

function forwarded(request: IncomingMessage, what: "host" | "proto" | "for"): string[] {
  return String(request.headers[`x-forwarded-${what}`] ?? "")
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}
