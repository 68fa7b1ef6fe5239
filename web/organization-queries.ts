import { queryOptions } from "@tanstack/react-query";
import { findInvitation, listInvitations, listRobots } from "./organization-api.ts";

/** What an invitation is to. @param secret undefined: there is none to ask about */
export function invitationQuery(secret: string | undefined) {
  return queryOptions({
    queryKey: ["invitation", secret],
    queryFn: () => findInvitation(secret ?? ""),
    enabled: secret !== undefined,
  });
}

/** The invitations of an organization that are good. */
export function invitationsQuery(organization: string) {
  return queryOptions({
    queryKey: ["invitations", organization],
    queryFn: async ({ signal }) => (await listInvitations(organization, signal)).items,
  });
}

export function robotsQuery(organization: string) {
  return queryOptions({
    queryKey: ["robots", organization],
    queryFn: async ({ signal }) => (await listRobots(organization, signal)).items,
  });
}
