import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Invitation as InvitationRecord } from "../auth/invitations.ts";
import { userOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import {
  Accepted,
  AcceptInvitation,
  Invitation,
  InvitationList,
  InvitationOffer,
  InvitationPath,
  InvitationShownOnce,
  NewInvitation,
} from "./contract/invitations.ts";
import { OrganizationPath } from "./contract/organizations.ts";
import { findInvitation, join } from "./joining.ts";
import { ownerOf } from "./owner.ts";
import { notFound, ProblemError } from "./problem.ts";
import { parseExpiry, showTime } from "./times.ts";
import { requireWhole } from "./whole.ts";

const INVITATIONS = "/api/v1/organizations/:organization/invitations";
const USE_INVITATIONS = "use invitations";
/** When the inviter does not say. */
const DEFAULT_TTL_MS = 7 * 24 * 3_600_000;
/** A secret has no more to say, and anybody may send one. */
const MAX_BODY_BYTES = 16 * 1024;

/** Made, listed and revoked by owners of the organization; accepted by any user who has the link. */
export function registerInvitations(api: FastifyInstance, context: ApiContext): void {
  const { invitations, baseUrl } = context;

  api.get<{ Params: OrganizationPath }>(
    INVITATIONS,
    {
      schema: {
        summary: "Invitations that are good, the newest first",
        params: OrganizationPath,
        response: { 200: InvitationList },
      },
    },
    async (request): Promise<InvitationList> => {
      await ownerOf(context, request, USE_INVITATIONS);
      return { items: (await invitations.list(request.params.organization)).map(showInvitation) };
    },
  );

  const newSchema = {
    summary: "Invite to an organization; the secret of the link is shown now, and never again",
    params: OrganizationPath,
    body: NewInvitation,
    response: { 201: InvitationShownOnce },
  };
  api.post<{ Params: OrganizationPath; Body: NewInvitation }>(
    INVITATIONS,
    { schema: newSchema },
    async (request, reply) => {
      const { name: createdBy } = await ownerOf(context, request, USE_INVITATIONS);
      const { organization } = request.params;
      const { role, uses = 1 } = request.body;
      const expiresAt = parseExpiry(request.body.expiresAt) ?? Date.now() + DEFAULT_TTL_MS;
      const made = await invitations.create({ organization, role, usesLeft: uses, createdBy, expiresAt });
      if (!made) throw notInvited(organization);
      const { token, ...invitation } = made;
      return (
        reply
          .status(201)
          .header("cache-control", "no-store")
          // After the #, which browsers keep to themselves: the secret gets into no log.
          .send({ ...showInvitation(invitation), token, url: `${baseUrl(request.raw)}/invitations#${token}` })
      );
    },
  );

  api.delete<{ Params: InvitationPath }>(
    `${INVITATIONS}/:id`,
    { schema: { summary: "Revoke an invitation", params: InvitationPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await ownerOf(context, request, USE_INVITATIONS);
      const { organization, id } = request.params;
      if (!(await invitations.delete(organization, id))) throw notFound(`invitation ${id}`);
      return reply.status(204).send();
    },
  );
  registerAcceptance(api, context);
}

/** By the secret, which is in the body, since addresses are logged. */
function registerAcceptance(api: FastifyInstance, context: ApiContext): void {
  const findSchema = {
    summary: "What an invitation is to; nothing but its secret is asked",
    body: AcceptInvitation,
    response: { 200: InvitationOffer },
  };
  api.post<{ Body: AcceptInvitation }>(
    "/api/v1/invitations/find",
    { schema: findSchema, bodyLimit: MAX_BODY_BYTES },
    async (request): Promise<InvitationOffer> => {
      const { organization, role, createdBy, expiresAt } = await findInvitation(context, request.body.token);
      return { organization, role, createdBy, expiresAt: showTime(expiresAt) };
    },
  );

  const acceptSchema = {
    summary: "Join an organization by an invitation",
    body: AcceptInvitation,
    response: { 200: Accepted },
  };
  api.post<{ Body: AcceptInvitation }>(
    "/api/v1/invitations/accept",
    { schema: acceptSchema },
    async (request): Promise<Accepted> => {
      const { name } = requireWhole(await userOf(context.accounts, request), "accept an invitation");
      const invitation = await findInvitation(context, request.body.token);
      return { organization: invitation.organization, role: await join(context, name, invitation) };
    },
  );
}

function notInvited(organization: string): ProblemError {
  return new ProblemError(409, "Conflict", {
    detail: `Cannot invite to ${organization}: there is no such organization, or it has as many invitations as it may; revoke some`,
  });
}

function showInvitation({ createdAt, expiresAt, ...invitation }: InvitationRecord): Invitation {
  return { ...invitation, createdAt: showTime(createdAt), expiresAt: showTime(expiresAt) };
}
