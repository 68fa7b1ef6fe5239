import type { IncomingMessage } from "node:http";
import type { Audit } from "../audit/audit.ts";
import type { Access } from "../auth/access.ts";
import type { KubernetesEndpoint } from "../auth/kubeconfig.ts";
import type { AccountAdministration } from "../auth/account-administration.ts";
import type { AccountDeletion } from "../auth/account-deletion.ts";
import type { PasswordResets } from "../auth/password-resets.ts";
import type { PersonalTokens } from "../auth/personal-tokens.ts";
import type { Invitations } from "../auth/invitations.ts";
import type { Identities } from "../auth/oidc/identities.ts";
import type { OidcLogin } from "../auth/oidc/oidc-login.ts";
import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { Robots } from "../auth/robots.ts";
import type { SessionAccounts } from "../auth/session-accounts.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { Content } from "../content/content.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Search } from "../search/search.ts";
import type { HubInfo } from "./contract/hub.ts";
import type { Jobs } from "./jobs/jobs.ts";

/** What the routes of the JSON API work with. */
export interface ApiContext {
  info: HubInfo;
  accounts: SessionAccounts;
  sessions: Sessions;
  accountAdministration: AccountAdministration;
  accountDeletion: AccountDeletion;
  passwordResets: PasswordResets;
  access: Access;
  personalTokens: PersonalTokens;
  robots: Robots;
  invitations: Invitations;
  identities: Identities;
  /** undefined: users log in by password alone. */
  oidc: OidcLogin | undefined;
  policies: OrganizationPolicies;
  /** undefined where the hub is reached by plain HTTP alone. */
  kubernetesEndpoint: () => KubernetesEndpoint | undefined;
  /** The hub's origin, as the client of a request sees it. */
  baseUrl: (request: IncomingMessage) => string;
  /** Whether pages of other sites may show the hub in a frame. */
  isFramed: boolean;
  store: ResourceStore;
  content: Content;
  search: Search;
  jobs: Jobs;
  audit: Audit;
  /** The whole README of an image, past what its resource holds. */
  readReadme: ReadmeReader;
}

/** @returns undefined when the image has no README */
export type ReadmeReader = (repository: RepositoryName, digest: Digest) => Promise<string | undefined>;
