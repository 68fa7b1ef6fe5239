import type { FastifyRequest } from "fastify";
import type { Access } from "../auth/access.ts";
import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { SessionAccounts } from "../auth/session-accounts.ts";
import type { Subject } from "../auth/subject.ts";
import type { Turns } from "../auth/turns.ts";
import type { EventReader } from "../events/reader.ts";
import type { ReleaseStore } from "../releases/store.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import type { ContinueTokens } from "./continue-token.ts";
import type { Form } from "./form.ts";
import type { NamespaceIdentity } from "./namespace-resource.ts";
import type { Query } from "./query.ts";
import type { ShownNames } from "./shown-names.ts";
import type { View } from "./visibility.ts";

/** What the routes of `/apis` work with. */
export interface ApiserverContext {
  accounts: SessionAccounts;
  access: Access;
  store: ResourceStore;
  events: EventReader;
  releases: ReleaseStore;
  policies: OrganizationPolicies;
  /** Removes what goes with a resource that is deleted: the tag of an Image; all tags of a Repository, and its Images without content. */
  removeContent: (resource: Resource<Kind>, by: Subject) => Promise<void>;
  /** 32 bytes, the same in all replicas: seals continue tokens. */
  continueKey: Uint8Array;
  /** Of the one namespace. */
  namespace: NamespaceIdentity;
  /** The hub's own version. */
  version: string;
  /** Aborts when the hub stops: watches end then, since clients watch on elsewhere. */
  stopping: AbortSignal;
}

/** What a handler of one request needs. */
export interface ResourceRequest extends ApiserverContext {
  caller: Subject;
  view: View;
  kind: Kind;
  query: Query;
  /** How the client wants the answer. */
  form: Form;
  request: FastifyRequest;
  continueTokens: ContinueTokens;
  /** What must not be created by one caller at the same time. */
  inTurn: Turns;
  /** For a watcher of a kind. */
  shownNames: (kind: Kind) => ShownNames;
}
