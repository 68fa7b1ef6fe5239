import type {
  Accepted,
  Invitation,
  InvitationList,
  InvitationOffer,
  InvitationShownOnce,
  NewInvitation,
} from "../src/api/contract/invitations.ts";
import type { ChangedRobot, NewRobot, Robot, RobotList, RobotShownOnce } from "../src/api/contract/robots.ts";
import { getJson, sendJson } from "./http.ts";

/** What an invitation is to, for whoever has its secret. @throws ApiError 404 for one that is over */
export function findInvitation(token: string): Promise<InvitationOffer> {
  return sendJson("/api/v1/invitations/find", { method: "POST", body: { token } });
}

export function acceptInvitation(token: string): Promise<Accepted> {
  return sendJson("/api/v1/invitations/accept", { method: "POST", body: { token } });
}

export function listInvitations(organization: string, signal: AbortSignal): Promise<InvitationList> {
  return getJson(`${addressOf(organization)}/invitations`, signal);
}

/** The answer is the only one with the link. */
export function createInvitation(organization: string, body: NewInvitation): Promise<InvitationShownOnce> {
  return sendJson(`${addressOf(organization)}/invitations`, { method: "POST", body });
}

export function revokeInvitation({ organization, id }: Invitation): Promise<void> {
  return sendJson(`${addressOf(organization)}/invitations/${id}`, { method: "DELETE" });
}

/** Ends the own membership. @throws ApiError 409 for the last owner */
export function leaveOrganization(organization: string): Promise<void> {
  return sendJson(`${addressOf(organization)}/membership`, { method: "DELETE" });
}

export function listRobots(organization: string, signal: AbortSignal): Promise<RobotList> {
  return getJson(`${addressOf(organization)}/robots`, signal);
}

/** The answer is the only one with the token. */
export function createRobot(organization: string, body: NewRobot): Promise<RobotShownOnce> {
  return sendJson(`${addressOf(organization)}/robots`, { method: "POST", body });
}

export function changeRobot(organization: string, name: string, body: ChangedRobot): Promise<Robot> {
  return sendJson(`${addressOf(organization)}/robots/${encodeURIComponent(name)}`, { method: "PATCH", body });
}

export function revokeRobot(organization: string, name: string): Promise<void> {
  return sendJson(`${addressOf(organization)}/robots/${encodeURIComponent(name)}`, { method: "DELETE" });
}

function addressOf(organization: string): string {
  return `/api/v1/organizations/${encodeURIComponent(organization)}`;
}
