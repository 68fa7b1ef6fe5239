import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import ipaddr from "ipaddr.js";
import { ConfigError } from "./config.ts";

/** What a client sees of the hub, and what the hub sees of a client. */
export interface Proxy {
  /** Scheme and host, without a slash at the end. */
  baseUrl(request: IncomingMessage): string;
  clientAddress(request: IncomingMessage): string;
}

const HOST = /^[a-z0-9.\-_]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i;

/**
 * Reads Host, or X-Forwarded-* where the peer is a proxy that the operator trusts.
 * @throws ConfigError for a proxy that is no address or network
 */
export function createProxy(options: {
  publicUrl?: string | undefined;
  trustedProxies: readonly string[];
}): Proxy {
  const networks = options.trustedProxies.map(parseNetwork);
  const isTrusted = (request: IncomingMessage) =>
    networks.some((network) => contains(network, request.socket.remoteAddress));
  return {
    baseUrl(request) {
      if (options.publicUrl !== undefined) return options.publicUrl;
      const trusted = isTrusted(request);
      const host = (trusted && first(request, "x-forwarded-host")) || request.headers.host || "localhost";
      const isTls = (request.socket as TLSSocket).encrypted === true;
      const scheme = (trusted && first(request, "x-forwarded-proto")) || (isTls ? "https" : "http");
      // A Host that is no host must not end up in a header or a page.
      return `${scheme === "https" ? "https" : "http"}://${HOST.test(host) ? host : "localhost"}`;
    },
    clientAddress(request) {
      return (isTrusted(request) && last(request, "x-forwarded-for")) || request.socket.remoteAddress || "";
    },
  };
}

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

function parseNetwork(text: string): Network {
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  } catch (error) {
    throw new ConfigError(
      `Cannot take trusted-proxies ${JSON.stringify(text)}: expected an address or a network, for example 10.0.0.0/8`,
      {
        cause: error,
      },
    );
  }
}

function contains([network, bits]: Network, address: string | undefined): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === network.kind() && parsed.match([network, bits] as [ipaddr.IPv4, number]);
}

function first(request: IncomingMessage, header: string): string | undefined {
  return valuesOf(request, header)[0];
}

function last(request: IncomingMessage, header: string): string | undefined {
  return valuesOf(request, header).at(-1);
}

function valuesOf(request: IncomingMessage, header: string): string[] {
  return String(request.headers[header] ?? "")
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}
