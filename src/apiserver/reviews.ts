import type { FastifyInstance } from "fastify";
import type { Subject } from "../auth/subject.ts";
import { NAMESPACE } from "../resources/metadata.ts";
import { API_GROUPS } from "./api-groups.ts";
import type { ApiserverContext } from "./context.ts";
import { findPermission, type AskedPermission, type Permission } from "./permissions.ts";
import { acceptReviews, parseReview } from "./review-body.ts";
import { StatusError } from "./status.ts";
import { createView } from "./visibility.ts";

const AUTHENTICATION = "/apis/authentication.k8s.io/v1";
const AUTHORIZATION = "/apis/authorization.k8s.io/v1";
/** What anybody may ask beside resources. */
const OPEN_PATHS = [
  "/api",
  "/api/*",
  "/apis",
  "/apis/*",
  "/openapi/*",
  "/version",
  "/healthz",
  "/livez",
  "/readyz",
];

/** `kubectl auth whoami` and `kubectl auth can-i`: questions of callers about themselves, which nothing is stored of. */
export function registerReviews(api: FastifyInstance, context: ApiserverContext): void {
  acceptReviews(api);
  const review = (url: string, kind: string, statusOf: (asked: Asked) => Promise<object> | object): void => {
    api.post(url, async (request, reply) => {
      const caller = await context.accounts.identify(request.raw);
      const object = parseReview(request.body, kind);
      const status = await statusOf({ caller, spec: (object.spec ?? {}) as Record<string, unknown> });
      return reply.status(201).send({ ...object, metadata: object.metadata ?? {}, status });
    });
  };
  const permissionOf = (caller: Subject, asked: AskedPermission): Promise<Permission> =>
    findPermission(context, { caller, view: createView(context.access, caller) }, asked);

  review(`${AUTHENTICATION}/selfsubjectreviews`, "SelfSubjectReview", ({ caller }) => ({
    userInfo: userInfo(caller),
  }));
  review(`${AUTHORIZATION}/selfsubjectaccessreviews`, "SelfSubjectAccessReview", async ({ caller, spec }) => {
    const { allowed, reason } = await accessOf(spec, (asked) => permissionOf(caller, asked));
    return { allowed, ...(reason !== "" && { reason }) };
  });
  review(`${AUTHORIZATION}/selfsubjectrulesreviews`, "SelfSubjectRulesReview", async ({ caller }) => ({
    resourceRules: await rulesOf((asked) => permissionOf(caller, asked)),
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: OPEN_PATHS }],
    incomplete: true,
    evaluationError:
      "what holds in one organization alone is not listed: ask about one resource, as kubectl auth can-i delete img/NAME does",
  }));
}

interface Asked {
  caller: Subject;
  spec: Record<string, unknown>;
}

type Ask = (asked: AskedPermission) => Promise<Permission>;

function userInfo(caller: Subject): object {
  if (caller.kind === "anonymous") {
    return { username: "system:anonymous", groups: ["system:unauthenticated"] };
  }
  const groups = ["system:authenticated", ...(caller.administrator ? ["imagehub:administrators"] : [])];
  return { username: caller.name, groups };
}

async function accessOf(spec: Record<string, unknown>, ask: Ask): Promise<Permission> {
  const resource = spec["resourceAttributes"];
  const path = textOf(spec["nonResourceAttributes"], "path");
  const verb = textOf(spec["nonResourceAttributes"], "verb");
  if (typeof resource === "object" && resource !== null) return ask(attributesOf(resource));
  if (path === "") {
    const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    throw new StatusError(
      422,
      "Invalid",
      `SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec: ${why}`,
      {
        causes: [{ reason: "FieldValueInvalid", field: "spec", message: `Invalid value: ${why}` }],
      },
    );
  }
  const isOpen = verb === "get" && OPEN_PATHS.some((open) => matches(path, open));
  return { allowed: isOpen, reason: isOpen ? "" : "the hub has no such address for this verb" };
}

function matches(path: string, open: string): boolean {
  return open.endsWith("*") ? path.startsWith(open.slice(0, -1)) : path === open;
}

function attributesOf(attributes: object): AskedPermission {
  return {
    verb: textOf(attributes, "verb"),
    group: textOf(attributes, "group"),
    resource: textOf(attributes, "resource"),
    subresource: textOf(attributes, "subresource"),
    name: textOf(attributes, "name"),
    namespace: textOf(attributes, "namespace"),
  };
}

/** One rule a resource: the verbs that the caller has for some of it. */
async function rulesOf(ask: Ask): Promise<object[]> {
  const rules = API_GROUPS.flatMap(({ name: group, resources }) =>
    resources.map(async ({ plural: resource, isNamespaced, verbs }) => {
      const namespace = isNamespaced ? NAMESPACE : "";
      const asked = { group, resource, subresource: "", name: "", namespace };
      const permissions = await Promise.all(verbs.map((verb) => ask({ ...asked, verb })));
      const allowed = verbs.filter((_, index) => permissions[index]?.allowed);
      return { verbs: allowed, apiGroups: [group], resources: [resource] };
    }),
  );
  return Promise.all(rules);
}

function textOf(object: unknown, name: string): string {
  if (typeof object !== "object" || object === null) return "";
  const value = (object as Record<string, unknown>)[name];
  return typeof value === "string" ? value : "";
}
