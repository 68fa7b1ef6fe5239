import type { FastifyInstance, FastifyRequest, HTTPMethods } from "fastify";
import { createTurns } from "../auth/turns.ts";
import { kindOfPlural } from "../resources/kinds.ts";
import { API_VERSION, NAMESPACE } from "../resources/metadata.ts";
import { acceptBodies } from "./body.ts";
import { createContinueTokens } from "./continue-token.ts";
import { createResource } from "./create.ts";
import { deleteCollection, deleteResource } from "./delete.ts";
import { compressAnswers } from "./compress.ts";
import { formOf } from "./form.ts";
import { present } from "./present.ts";
import { refuseImpersonation } from "./impersonation.ts";
import { JSON_TYPE, sendList } from "./long-list.ts";
import { registerDiscovery } from "./discovery.ts";
import { registerEvents } from "./events.ts";
import { noSuchNamespace } from "./namespace-errors.ts";
import { registerNamespaces } from "./namespaces.ts";
import { registerOpenApi } from "./open-api-routes.ts";
import { patchResource, patchStatus } from "./patch.ts";
import type { ApiserverContext, ResourceRequest } from "./context.ts";
import { queryOf } from "./query.ts";
import { getResource, listResources } from "./read.ts";
import { registerReviews } from "./reviews.ts";
import { registerSecrets } from "./secrets/routes.ts";
import { createShownNames } from "./shown-names.ts";
import { sendStatus, StatusError } from "./status.ts";
import { nameMissing, unsupported } from "./unsupported.ts";
import { updateResource, updateStatus } from "./update.ts";
import { versionInfo } from "./version.ts";
import { createLastingView, createView } from "./visibility.ts";
import { watchResources } from "./watch.ts";
import { toWriteRequest, type WriteRequest } from "./write-request.ts";

interface Parameters {
  namespace?: string;
  plural: string;
  name?: string;
}

/** `/apis`: the Kubernetes API; anybody, each seeing what it may read and changing what it may change. */
export function registerApiserver(app: FastifyInstance, context: ApiserverContext): void {
  const parts = {
    ...context,
    continueTokens: createContinueTokens(context.continueKey),
    shownNames: createShownNames(),
    inTurn: createTurns(),
  };
  void app.register(async (api) => {
    api.setErrorHandler(sendStatus);
    refuseImpersonation(api);
    acceptBodies(api);
    compressAnswers(api);
    api.get("/version", async () => versionInfo(context.version));
    registerDiscovery(api);
    registerOpenApi(api, context.version);
    registerNamespaces(api, parts);
    registerEvents(api, parts);
    registerSecrets(api, parts);
    void api.register(async (reviews) => registerReviews(reviews, context));
    registerReads(api, parts);
    registerWrites(api, parts);
  });
}

const EVERYWHERE = `/apis/${API_VERSION}/:plural`;
const ALL = `/apis/${API_VERSION}/namespaces/:namespace/:plural`;
const ONE = `${ALL}/:name`;
const STATUS = `${ONE}/status`;

function registerReads(api: FastifyInstance, parts: Parts): void {
  for (const url of [EVERYWHERE, ALL]) {
    api.get<{ Params: Parameters }>(url, async (request, reply) => {
      const { watch } = queryOf(request);
      if (watch === "true" || watch === "1") {
        return watchResources(await open(parts, request, createLastingView), reply);
      }
      const resources = await open(parts, request, createView);
      return sendList({ ...resources, reply }, await listResources(resources));
    });
  }
  for (const url of [ONE, STATUS]) {
    api.get<{ Params: Parameters & { name: string } }>(url, async (request, reply) => {
      const resources = await open(parts, request, createView);
      return reply.type(JSON_TYPE).send(await getResource(resources, request.params.name));
    });
  }
}

type Write = (request: WriteRequest, name: string) => Promise<object>;

function registerWrites(api: FastifyInstance, parts: Parts): void {
  const routes: [method: HTTPMethods, url: string, write: Write][] = [
    ["POST", ALL, createResource],
    ["DELETE", ALL, deleteCollection],
    ["PUT", ONE, updateResource],
    ["PATCH", ONE, patchResource],
    ["DELETE", ONE, deleteResource],
    ["PUT", STATUS, updateStatus],
    ["PATCH", STATUS, patchStatus],
    ["PUT", ALL, nameMissing],
    ["PATCH", ALL, nameMissing],
    ["POST", STATUS, unsupported("create")],
    ["DELETE", STATUS, unsupported("delete")],
  ];
  for (const [method, url, write] of routes) {
    api.route<{ Params: Parameters & { name: string } }>({
      method,
      url,
      handler: async (request, reply) => {
        const resources = await open(parts, request, createView);
        return present(resources.form, await write(toWriteRequest(resources, reply), request.params.name));
      },
    });
  }
}

type Parts = ApiserverContext & Pick<ResourceRequest, "continueTokens" | "shownNames" | "inTurn">;

async function open(
  context: Parts,
  request: FastifyRequest<{ Params: Parameters }>,
  viewOf: typeof createView,
): Promise<ResourceRequest> {
  const { namespace, plural } = request.params;
  const form = formOf(request);
  const subject = await context.accounts.identify(request.raw);
  const kind = kindOfPlural(plural);
  if (!kind) throw new StatusError(404, "NotFound", "the server could not find the requested resource");
  if (namespace !== undefined && namespace !== NAMESPACE) throw noSuchNamespace(namespace);
  const view = viewOf(context.access, subject);
  return { ...context, caller: subject, view, kind, form, query: queryOf(request), request };
}
