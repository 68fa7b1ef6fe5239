import type { NewInvitation } from "../../../src/api/contract/invitations.ts";
import type { Role } from "../../../src/resources/organization.ts";

/** How many people may join by one link. */
export const INVITATION_USES = ["1", "5", "20", "100"] as const;
/** How long links live, in days. */
export const INVITATION_DAYS = ["1", "7", "30"] as const;

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the form of a new invitation holds. */
export interface InvitationWords {
  role: Role;
  uses: (typeof INVITATION_USES)[number];
  days: (typeof INVITATION_DAYS)[number];
}

/** What the hub is asked for. */
export function toNewInvitation({ role, uses, days }: InvitationWords, now: Date): NewInvitation {
  const expiresAt = new Date(now.getTime() + Number(days) * DAY_MS).toISOString();
  return { role, uses: Number(uses), expiresAt };
}
