import { applyGroupRoles } from "../api/group-roles.ts";
import type { Audit } from "../audit/audit.ts";
import { createAccounts } from "../auth/accounts.ts";
import { createAttempts } from "../auth/oidc/attempt.ts";
import type { OidcConfig } from "../auth/oidc/config.ts";
import { createGroupMembers } from "../auth/oidc/group-members.ts";
import type { Identities } from "../auth/oidc/identities.ts";
import { withOidcLimits } from "../auth/oidc/limited-login.ts";
import { createOidcLogin, type OidcLogin } from "../auth/oidc/oidc-login.ts";
import { createOidcProvider } from "../auth/oidc/provider.ts";
import { createUserGroups } from "../auth/oidc/user-groups.ts";
import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { Database } from "../database/database.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { withOidcAudit } from "./audit/oidc.ts";
import type { Logger } from "./logger.ts";
import { loadSecret } from "./secret.ts";

interface OidcParts {
  database: Database;
  identities: Identities;
  sessions: Sessions;
  store: ResourceStore;
  policies: OrganizationPolicies;
  audit: Audit;
  logger: Logger;
}

/** Logging in by the provider that the operator names; undefined without one. It is asked at the first login. */
export async function createOidc(
  config: OidcConfig | undefined,
  parts: OidcParts,
): Promise<OidcLogin | undefined> {
  if (!config) return undefined;
  const { database, identities, sessions, store, policies, audit, logger } = parts;
  const groupMembers = createGroupMembers({ database });
  const userGroups = createUserGroups({ database });
  const warn = (message: string): void => logger.warn(message);
  const login = createOidcLogin({
    config,
    provider: createOidcProvider(config),
    attempts: createAttempts(await loadSecret(database, "oidc-attempts-key")),
    identities,
    accounts: createAccounts({ database }),
    sessions,
    async applyGroups(user, groups) {
      await userGroups.set(user, groups);
      return applyGroupRoles({ store, policies, groupMembers, config, warn }, user, groups);
    },
  });
  return withOidcAudit(withOidcLimits(login), audit);
}
