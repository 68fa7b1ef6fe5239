import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Access } from "../auth/access.ts";
import type { Accounts } from "../auth/accounts.ts";
import { authenticate } from "../auth/credentials.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { kindOfPlural, type Kind } from "../resources/kinds.ts";
import { API_VERSION, NAMESPACE } from "../resources/metadata.ts";
import { registerDiscovery } from "./discovery.ts";
import { getResource, listResources } from "./read.ts";
import { sendStatus, StatusError } from "./status.ts";
import { createView, type View } from "./visibility.ts";
import { watchResources } from "./watch.ts";

export interface ApiserverContext {
  accounts: Accounts;
  access: Access;
  store: ResourceStore;
}

/** What a handler of one request needs. */
export interface ResourceRequest {
  store: ResourceStore;
  view: View;
  kind: Kind;
  request: FastifyRequest;
}

interface Parameters {
  namespace?: string;
  plural: string;
  name?: string;
}

/** `/apis`: the Kubernetes API, for reading; anybody, each seeing what it may read. */
export function registerApiserver(app: FastifyInstance, context: ApiserverContext): void {
  const root = `/apis/${API_VERSION}`;
  void app.register(async (api) => {
    api.setErrorHandler(sendStatus);
    registerDiscovery(api);
    for (const path of [`${root}/:plural`, `${root}/namespaces/:namespace/:plural`]) {
      api.get<{ Params: Parameters; Querystring: { watch?: string } }>(path, async (request, reply) => {
        const resources = await open(context, request, request.params);
        const isWatch = request.query.watch === "true" || request.query.watch === "1";
        return isWatch ? watchResources(resources, reply) : listResources(resources);
      });
    }
    api.get<{ Params: Parameters & { name: string } }>(
      `${root}/namespaces/:namespace/:plural/:name`,
      async (request) => getResource(await open(context, request, request.params), request.params.name),
    );
  });
}

async function open(
  context: ApiserverContext,
  request: FastifyRequest,
  { namespace, plural }: Parameters,
): Promise<ResourceRequest> {
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
  return { store: context.store, view: createView(context.access, subject), kind, request };
}
