import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import type { ReleaseStore } from "../../releases/store.ts";
import { NAMESPACE } from "../../resources/metadata.ts";
import { acceptProtobuf } from "../body.ts";
import type { ApiserverContext } from "../context.ts";
import type { ContinueTokens } from "../continue-token.ts";
import { formOf } from "../form.ts";
import { isTrue } from "../list-options.ts";
import { sendList } from "../long-list.ts";
import { listNamed } from "../named-list.ts";
import { noSuchNamespace } from "../namespace-errors.ts";
import { refuseOtherMethods } from "../other-methods.ts";
import { present } from "../present.ts";
import { queryOf } from "../query.ts";
import { notAllowed } from "../unsupported.ts";
import { parseWriteOptions } from "../write-options.ts";
import { createSecret } from "./create.ts";
import { deleteSecret, deleteSecrets } from "./delete.ts";
import { ownerOf } from "./permission.ts";
import { getSecret, namedSecrets } from "./read.ts";
import type { SecretsRequest, SecretsWrite } from "./request.ts";
import { patchSecret, updateSecret } from "./update.ts";

interface Parameters {
  namespace?: string;
  name: string;
}

interface Parts extends Pick<ApiserverContext, "accounts"> {
  releases: ReleaseStore;
  continueTokens: ContinueTokens;
}

const EVERYWHERE = "/api/v1/secrets";
const ALL = "/api/v1/namespaces/:namespace/secrets";
const ONE = `${ALL}/:name`;

/** Secrets in which Helm keeps its releases: each user has its own, and sees no others. */
export function registerSecrets(api: FastifyInstance, parts: Parts): void {
  void api.register(async (secrets) => {
    acceptProtobuf(secrets);
    registerReads(secrets, parts);
    registerWrites(secrets, parts);
    refuseOtherMethods(secrets, [EVERYWHERE, ALL, ONE]);
  });
}

function registerReads(api: FastifyInstance, parts: Parts): void {
  for (const url of [EVERYWHERE, ALL]) {
    api.get<{ Params: Parameters }>(url, async (request, reply) => {
      const asked = await open(parts, request);
      if (isTrue(asked.query["watch"] ?? "")) throw notAllowed("watch", { group: "", plural: "secrets" });
      return sendList({ ...asked, reply }, await listNamed(asked, namedSecrets(asked)));
    });
  }
  api.get<{ Params: Parameters }>(ONE, async (request) => {
    const asked = await open(parts, request);
    return present(asked.form, await getSecret(asked, request.params.name));
  });
}

function registerWrites(api: FastifyInstance, parts: Parts): void {
  const routes: [HTTPMethods, url: string, write: (asked: SecretsWrite, name: string) => Promise<object>][] =
    [
      ["POST", ALL, createSecret],
      ["DELETE", ALL, deleteSecrets],
      ["PUT", ONE, updateSecret],
      ["PATCH", ONE, patchSecret],
      ["DELETE", ONE, deleteSecret],
    ];
  for (const [method, url, write] of routes) {
    api.route<{ Params: Parameters }>({
      method,
      url,
      async handler(request, reply) {
        const asked = await openWrite(parts, request, reply);
        return present(asked.form, await write(asked, request.params.name));
      },
    });
  }
}

async function open(parts: Parts, request: FastifyRequest<{ Params: Parameters }>): Promise<SecretsRequest> {
  const { namespace } = request.params;
  const form = formOf(request);
  const caller = await parts.accounts.identify(request.raw);
  if (namespace !== undefined && namespace !== NAMESPACE) throw noSuchNamespace(namespace);
  return { ...parts, request, form, caller, owner: ownerOf(caller), query: queryOf(request) };
}

async function openWrite(
  parts: Parts,
  request: FastifyRequest<{ Params: Parameters }>,
  reply: FastifyReply,
): Promise<SecretsWrite> {
  return { ...(await open(parts, request)), reply, ...parseWriteOptions(request) };
}
