import type { Audit } from "../../audit/audit.ts";
import { outcomeOf, type AuditEntry } from "../../audit/entry.ts";
import { OidcError } from "../../auth/oidc/errors.ts";
import type { OidcArrival, OidcLogin } from "../../auth/oidc/oidc-login.ts";
import { currentVisit, noteCaller } from "../../auth/visit.ts";
import { actorOf } from "./actor.ts";

/** The same login, that is in the audit with all that comes of it, and tells the visit who came. */
export function withOidcAudit(login: OidcLogin, audit: Audit): OidcLogin {
  return {
    ...login,
    async complete(attempt, query) {
      try {
        const arrival = await login.complete(attempt, query);
        noteCaller(arrival.subject);
        await recordArrival(audit, arrival);
        return arrival;
      } catch (error) {
        if (error instanceof OidcError) recordRefusal(audit, error, attempt.link?.user);
        throw error;
      }
    },
  };
}

async function recordArrival(audit: Audit, { subject, by, memberships }: OidcArrival): Promise<void> {
  const about = { ...entryOf("login", "oidc"), ...actorOf(subject) };
  const done = [
    ...(by === "registration"
      ? [{ ...about, action: "user.create", resource: subject.name, status: 201 }]
      : []),
    ...(by === "link" ? [{ ...about, action: "identity.link", resource: subject.name, status: 201 }] : []),
    ...memberships.map((organization) => ({
      ...about,
      action: "organization.membership",
      resource: subject.name,
      organization,
    })),
  ];
  if (by !== "link") audit.loggedIn(about);
  await Promise.all(done.map((entry) => audit.record(entry)));
}

function recordRefusal(audit: Audit, { problem, userName }: OidcError, linking: string | undefined): void {
  const status = STATUSES[problem] ?? 401;
  // A name that is taken is not who came.
  const actor = linking ?? (problem === "disabled" ? userName : undefined) ?? "";
  audit.refused({ ...entryOf("login", "oidc"), actor, status, outcome: outcomeOf(status) });
}

const STATUSES: Partial<Record<OidcError["problem"], number>> = {
  unreachable: 502,
  configuration: 502,
  failed: 500,
  busy: 429,
};

function entryOf(action: string, resource: string): AuditEntry {
  const address = currentVisit()?.address ?? "";
  return {
    actor: "",
    address,
    action,
    resource,
    organization: "",
    outcome: "success",
    status: 200,
    count: 1,
  };
}
