import type { HubAddress } from "./commands.ts";

/** The hub's address, as this page reached it: what works for the page works for a client beside it. */
export function hubAddress(): HubAddress {
  return { host: window.location.host, isPlainHttp: window.location.protocol === "http:" };
}
