import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Audit } from "../../audit/audit.ts";
import { outcomeOf } from "../../audit/entry.ts";
import { currentVisit, type VisitTarget } from "../../auth/visit.ts";
import { kindOfPlural } from "../../resources/kinds.ts";
import { API_VERSION } from "../../resources/metadata.ts";
import { actorOf } from "./actor.ts";

/**
 * Puts every write under `/apis` and `/api/v1` into the audit, before its answer is sent: also of routes that are made
 * later. Nothing of a body or a query is taken: only what the address names, and what the handler noted.
 */
export function registerAuditHook(app: FastifyInstance, audit: Audit): void {
  app.addHook("onSend", async (request, reply) => {
    const action = actionOf(request);
    const { statusCode: status } = reply;
    const visit = currentVisit();
    if (action === undefined || (status < 400 && visit?.isDryRun)) return;
    const entry = {
      ...actorOf(visit?.subject),
      address: visit?.address ?? "",
      action,
      outcome: outcomeOf(status),
      status,
    };
    for (const [organization, { resource, count }] of targetsOf(request, visit?.targets)) {
      // Of many it says how many; an administrator's may be of many organizations.
      const about = { ...entry, organization, resource: count > 1 ? "" : resource, count };
      if (status < 400) await audit.record(about);
      else audit.refused(about);
    }
  });
}

type Targets = ReadonlyMap<string, VisitTarget>;

/** What the handler noted, else what the address names. */
function targetsOf({ params }: FastifyRequest, noted: Targets | undefined): Targets {
  if (noted && noted.size > 0) return noted;
  const { name, id, organization = "", "*": rest } = params as Record<string, string | number | undefined>;
  const resource = String(name ?? id ?? rest ?? organization);
  return new Map([[String(organization), { resource, count: 1 }]]);
}

/** `repository.update`, `token.delete`; undefined for what writes nothing. */
function actionOf({ method, routeOptions: { url = "" }, params }: FastifyRequest): string | undefined {
  const { plural, name } = params as { plural?: string; name?: string };
  const verb = method === "DELETE" && name === undefined ? "delete-many" : VERBS[method];
  if (url.startsWith(`/apis/${API_VERSION}/`) && plural !== undefined) {
    const kind = kindOfPlural(plural);
    return kind && verb && `${kind.toLowerCase()}${url.endsWith("/status") ? "-status" : ""}.${verb}`;
  }
  if (!url.startsWith("/api/v1/")) return undefined;
  const [, coreNoun] = CORE_RESOURCE.exec(url) ?? [];
  if (coreNoun !== undefined) return verb && `${coreNoun}.${verb}`;
  // It asks what an invitation is to, and has its secret in the body.
  if (url === "/api/v1/invitations/find") return undefined;
  // It makes a token.
  if (url === "/api/v1/kubeconfig") return "kubeconfig.create";
  return VERBS[method] && actionOfUrl(url.slice("/api/v1/".length), VERBS[method]);
}

/** Of the core group of Kubernetes, which is below the same address as the JSON API: its noun. */
const CORE_RESOURCE = /^\/api\/v1\/namespaces\/:namespace\/([a-z]+)s(?:\/:name)?$/;

const VERBS: Record<string, string> = { POST: "create", PUT: "update", PATCH: "update", DELETE: "delete" };

/** `tokens/:id` → `token.update`; `deleted/:id/restore` → `deleted.restore`; `users/:name/tokens` → `user-token.create` */
function actionOfUrl(url: string, verb: string): string {
  const words = url.split("/").filter((part) => /^[a-z-]+$/.test(part));
  const isVerb = words.length > 1 && !words.at(-1)?.endsWith("s");
  const nouns = (isVerb ? words.slice(0, -1) : words).map((word) =>
    word.replace(/ies$/, "y").replace(/(?<!s)s$/, ""),
  );
  return `${nouns.join("-")}.${isVerb ? words.at(-1) : verb}`;
}
