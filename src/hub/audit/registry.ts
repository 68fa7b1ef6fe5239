import type { IncomingMessage, ServerResponse } from "node:http";
import type { Audit } from "../../audit/audit.ts";
import { outcomeOf } from "../../audit/entry.ts";
import type { Grant, RegistryTokens } from "../../auth/registry-token.ts";
import { noteCaller, type Visit } from "../../auth/visit.ts";
import { organizationOf } from "../../oci/reference.ts";
import type { Route } from "../../registry/route.ts";
import { registryRoute } from "../address.ts";
import type { HubContext } from "../context.ts";
import { actorOf } from "./actor.ts";
import { withAudit } from "./content.ts";

/** What the registry works with: what it writes is in the audit, and whose token is good is told to the visit. */
export function withRegistryAudit({ audit, content, tokens }: RegistryParts): Omit<RegistryParts, "audit"> {
  return { content: withAudit(content, audit), tokens: withVisits(tokens) };
}

type RegistryParts = Pick<HubContext, "audit" | "content" | "tokens">;

function withVisits(tokens: RegistryTokens): RegistryTokens {
  return {
    ...tokens,
    verify(token) {
      const grant = tokens.verify(token);
      return grant instanceof Promise ? grant.then(met) : met(grant);
    },
  };
}

function met(grant: Grant): Grant {
  noteCaller(grant.subject);
  return grant;
}

/**
 * Puts into the audit what the registry refuses: pushes and deletes of somebody who showed a token or logged in.
 * A request without credentials is no attempt: clients ask so where to get a token.
 */
export function auditRefusals(
  audit: Audit,
  visit: Visit,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): void {
  const { method = "", url = "" } = request;
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return;
  response.once("finish", () => {
    const { statusCode: status } = response;
    if (status < 400 || !visit.subject) return;
    const about = aboutOf(method, registryRoute(url));
    // Of a blob that broke off or does not match, clients send the rest, or the whole anew.
    if (!about || (about.action === "blob.push" && outcomeOf(status) !== "denied")) return;
    const who = { ...actorOf(visit.subject), address: visit.address };
    audit.refused({ ...who, ...about, outcome: outcomeOf(status), status, count: 1 });
  });
}

function aboutOf(method: string, route: Route | undefined) {
  switch (route?.noun) {
    case "manifest": {
      const { name, reference } = route;
      const resource = "tag" in reference ? `${name}:${reference.tag}` : `${name}@${reference.digest}`;
      const noun = "tag" in reference && method === "DELETE" ? "tag" : "manifest";
      return { action: `${noun}.${verbOf(method)}`, resource, organization: organizationOf(name) };
    }
    case "blob":
    case "uploads":
    case "upload":
      return {
        action: `blob.${route.noun === "blob" ? verbOf(method) : "push"}`,
        resource: route.name,
        organization: organizationOf(route.name),
      };
    default:
      return undefined;
  }
}

function verbOf(method: string): string {
  return method === "DELETE" ? "delete" : "push";
}
