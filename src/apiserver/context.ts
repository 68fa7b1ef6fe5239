import type { FastifyRequest } from "fastify";
import type { Access } from "../auth/access.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Kind } from "../resources/kinds.ts";
import type { ContinueTokens } from "./continue-token.ts";
import type { View } from "./visibility.ts";

/** What the routes of `/apis` work with. */
export interface ApiserverContext {
  accounts: Accounts;
  access: Access;
  store: ResourceStore;
  /** 32 bytes, the same in all replicas: seals continue tokens. */
  continueKey: Uint8Array;
  /** Aborts when the hub stops: watches end then, since clients watch on elsewhere. */
  stopping: AbortSignal;
}

/** A request's parameters; of one that was given several times, the first. */
export type Query = Record<string, string | undefined>;

/** What a handler of one request needs. */
export interface ResourceRequest {
  store: ResourceStore;
  view: View;
  kind: Kind;
  query: Query;
  request: FastifyRequest;
  continueTokens: ContinueTokens;
  stopping: AbortSignal;
}

/** A request's parameters, each once. */
export function queryOf({ query }: { query: unknown }): Query {
  const entries = Object.entries(query as Record<string, string | string[]>);
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat()[0]]));
}
