import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { NAMESPACE } from "../resources/metadata.ts";
import type { ApiserverContext } from "./context.ts";
import type { ContinueTokens } from "./continue-token.ts";
import { CORE_EVENTS, EVENTS_GROUP, type EventGroup } from "./event-groups.ts";
import { namedEvents, watchedEvents, type EventsRequest } from "./event-lists.ts";
import { formOf } from "./form.ts";
import { noSuchNamespace } from "./namespace-errors.ts";
import { sendList } from "./long-list.ts";
import { listNamed } from "./named-list.ts";
import { refuseOtherMethods } from "./other-methods.ts";
import { present } from "./present.ts";
import { isTrue } from "./list-options.ts";
import { queryOf } from "./query.ts";
import { StatusError } from "./status.ts";
import { createLastingView, createView } from "./visibility.ts";
import { streamChanges } from "./watch-stream.ts";

interface Parameters {
  namespace?: string;
  name?: string;
}

type Parts = Pick<ApiserverContext, "accounts" | "access" | "events" | "stopping"> & {
  continueTokens: ContinueTokens;
};
type GroupParts = Parts & { group: EventGroup };

/** Events of both groups, for who may see what they are about; the hub alone writes them. */
export function registerEvents(api: FastifyInstance, parts: Parts): void {
  for (const group of [CORE_EVENTS, EVENTS_GROUP]) registerGroup(api, { ...parts, group });
}

function registerGroup(api: FastifyInstance, parts: GroupParts): void {
  const { group } = parts;
  const root = `/${group.name === "" ? "api" : "apis"}/${group.apiVersion}`;
  const all = `${root}/namespaces/:namespace/events`;
  const one = `${all}/:name`;
  const everywhere = `${root}/events`;
  for (const url of [everywhere, all]) {
    api.get<{ Params: Parameters }>(url, async (request, reply) => answerMany(parts, request, reply));
  }
  api.get<{ Params: { name: string } }>(one, async (request) => {
    const { name } = request.params;
    const { form, view } = await open(parts, request, createView);
    const found = await parts.events.find(name);
    const isShown = found && (found.repository === undefined || (await view.canRead(found.repository)));
    if (isShown) return present(form, group.convert(found.event));
    throw noSuchEvent(group, name);
  });
  refuseOtherMethods(api, [everywhere, all, one]);
}

function noSuchEvent(group: EventGroup, name: string): StatusError {
  const qualified = group.name === "" ? "events" : `events.${group.name}`;
  const about = { name, ...(group.name !== "" && { group: group.name }), kind: "events" };
  return new StatusError(404, "NotFound", `${qualified} ${JSON.stringify(name)} not found`, { about });
}

async function answerMany(
  parts: GroupParts,
  request: FastifyRequest<{ Params: Parameters }>,
  reply: FastifyReply,
): Promise<object> {
  if (isTrue(queryOf(request)["watch"] ?? "")) {
    const asked = await open(parts, request, createLastingView);
    return streamChanges(asked, reply, watchedEvents(asked));
  }
  const asked = await open(parts, request, createView);
  return sendList({ ...asked, reply }, await listNamed(asked, namedEvents(asked)));
}

async function open(
  parts: GroupParts,
  request: FastifyRequest<{ Params: Parameters }>,
  viewOf: typeof createView,
): Promise<EventsRequest> {
  const { namespace } = request.params;
  const form = formOf(request);
  const caller = await parts.accounts.identify(request.raw);
  if (namespace !== undefined && namespace !== NAMESPACE) throw noSuchNamespace(namespace);
  return { ...parts, request, form, query: queryOf(request), view: viewOf(parts.access, caller) };
}
