import type { FastifyInstance, FastifyRequest } from "fastify";
import { isSelected } from "../resource-store/selectors.ts";
import { NAMESPACE } from "../resources/metadata.ts";
import { acceptProtobuf } from "./body.ts";
import type { ApiserverContext } from "./context.ts";
import type { ContinueTokens } from "./continue-token.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { formOf } from "./form.ts";
import { parseLabelSelector } from "./label-selector.ts";
import { isTrue } from "./list-options.ts";
import { sendList } from "./long-list.ts";
import { listNamed, type NamedObjects } from "./named-list.ts";
import { noSuchNamespace } from "./namespace-errors.ts";
import { NAMESPACE_VERSION, namespaceResource, type NamespaceResource } from "./namespace-resource.ts";
import { registerNamespaceWrites } from "./namespace-writes.ts";
import { refuseOtherMethods } from "./other-methods.ts";
import { present } from "./present.ts";
import { queryOf, type Query } from "./query.ts";
import { notAllowed } from "./unsupported.ts";

const ALL = "/api/v1/namespaces";
const ONE = `${ALL}/:name`;

type One = FastifyRequest<{ Params: { name: string } }>;

interface Parts extends Pick<ApiserverContext, "accounts" | "namespace"> {
  continueTokens: ContinueTokens;
}

/**
 * What clients look for before they use a namespace: the one that everything is in. Those that make it first, as
 * `kubectl apply` of whole folders and `helm --create-namespace` do, find it made.
 */
export function registerNamespaces(
  api: FastifyInstance,
  { namespace: identity, continueTokens, accounts }: Parts,
): void {
  const namespace = namespaceResource(identity);
  void api.register(async (namespaces) => {
    acceptProtobuf(namespaces);
    registerReads(namespaces, { namespace, continueTokens });
    registerNamespaceWrites(namespaces, { all: ALL, one: ONE, namespace, accounts });
    refuseOtherMethods(namespaces, [ALL, ONE]);
  });
}

function registerReads(
  api: FastifyInstance,
  { namespace, continueTokens }: { namespace: NamespaceResource; continueTokens: ContinueTokens },
): void {
  api.get(ALL, async (request, reply) => {
    const asked = { query: queryOf(request), form: formOf(request), reply, continueTokens };
    if (isTrue(asked.query["watch"] ?? "")) throw notAllowed("watch", { group: "", plural: "namespaces" });
    return sendList(asked, await listNamed(asked, listed(namespace, asked.query)));
  });
  api.get(ONE, async (request: One) => {
    const { name } = request.params;
    if (name === NAMESPACE) return present(formOf(request), namespace);
    throw noSuchNamespace(name);
  });
}

/** As Kubernetes selects namespaces. */
const FIELDS = ["metadata.name", "status.phase"];

/** The namespace, when it is selected. @throws StatusError BadRequest */
function listed(
  namespace: NamespaceResource,
  { labelSelector = "", fieldSelector = "" }: Query,
): NamedObjects {
  const selectors = {
    labelSelector: parseLabelSelector(labelSelector),
    fieldSelector: parseFieldSelector(fieldSelector, FIELDS),
  };
  return {
    apiVersion: "v1",
    kind: "Namespace",
    plural: "namespaces",
    version: async () => NAMESPACE_VERSION,
    async *after(name) {
      if (name < NAMESPACE && isSelected(namespace, selectors)) yield namespace;
    },
  };
}
