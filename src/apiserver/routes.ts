import type { FastifyInstance, FastifyRequest } from "fastify";
import { authenticate } from "../auth/credentials.ts";
import { kindOfPlural } from "../resources/kinds.ts";
import { API_VERSION, NAMESPACE } from "../resources/metadata.ts";
import { createContinueTokens, type ContinueTokens } from "./continue-token.ts";
import { registerDiscovery } from "./discovery.ts";
import { queryOf, type ApiserverContext, type ResourceRequest } from "./context.ts";
import { getResource, listResources } from "./read.ts";
import { sendStatus, StatusError } from "./status.ts";
import { createLastingView, createView } from "./visibility.ts";
import { watchResources } from "./watch.ts";

interface Parameters {
  namespace?: string;
  plural: string;
  name?: string;
}

/** `/apis`: the Kubernetes API, for reading; anybody, each seeing what it may read. */
export function registerApiserver(app: FastifyInstance, context: ApiserverContext): void {
  const root = `/apis/${API_VERSION}`;
  const parts = { ...context, continueTokens: createContinueTokens(context.continueKey) };
  void app.register(async (api) => {
    api.setErrorHandler(sendStatus);
    registerDiscovery(api);
    for (const path of [`${root}/:plural`, `${root}/namespaces/:namespace/:plural`]) {
      api.get<{ Params: Parameters }>(path, async (request, reply) => {
        const query = queryOf(request);
        return query["watch"] === "true" || query["watch"] === "1"
          ? watchResources(await open(parts, request, createLastingView), reply)
          : listResources(await open(parts, request, createView));
      });
    }
    api.get<{ Params: Parameters & { name: string } }>(
      `${root}/namespaces/:namespace/:plural/:name`,
      async (request) => getResource(await open(parts, request, createView), request.params.name),
    );
  });
}

async function open(
  context: ApiserverContext & { continueTokens: ContinueTokens },
  request: FastifyRequest<{ Params: Parameters }>,
  viewOf: typeof createView,
): Promise<ResourceRequest> {
  const { namespace, plural } = request.params;
  const subject = await authenticate(context.accounts, request.headers.authorization);
  const kind = kindOfPlural(plural);
  if (!kind) throw new StatusError(404, "NotFound", "the server could not find the requested resource");
  if (namespace !== undefined && namespace !== NAMESPACE) {
    throw new StatusError(
      404,
      "NotFound",
      `Cannot find namespace ${JSON.stringify(namespace)}: everything is in ${NAMESPACE}`,
    );
  }
  return { ...context, view: viewOf(context.access, subject), kind, query: queryOf(request), request };
}
