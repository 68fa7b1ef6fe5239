import { Type, type Static } from "typebox";
import { Role } from "../../resources/organization.ts";
import { OrganizationName } from "./organizations.ts";
import { TokenPath } from "./tokens.ts";

/** Path of one invitation. */
export const InvitationPath = Type.Object({
  organization: OrganizationName,
  id: TokenPath.properties.id,
});
export type InvitationPath = Static<typeof InvitationPath>;

/** Body of `POST /api/v1/organizations/{organization}/invitations` */
export const NewInvitation = Type.Object(
  {
    role: Role,
    uses: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: "People who may join by it; left out: 1." }),
    ),
    expiresAt: Type.Optional(Type.String({ format: "date-time", description: "Left out: in 7 days." })),
  },
  { additionalProperties: false },
);
export type NewInvitation = Static<typeof NewInvitation>;

const invitationShown = {
  id: Type.String(),
  organization: Type.String(),
  role: Role,
  usesLeft: Type.Integer(),
  createdBy: Type.String(),
  createdAt: Type.String({ format: "date-time" }),
  expiresAt: Type.String({ format: "date-time" }),
};

/** An invitation, without its secret. */
export const Invitation = Type.Object(invitationShown);
export type Invitation = Static<typeof Invitation>;

/** Answer of the `POST`, and the only one with the secret. */
export const InvitationShownOnce = Type.Object({
  ...invitationShown,
  token: Type.String(),
  url: Type.String({ description: "The page that takes the secret." }),
});
export type InvitationShownOnce = Static<typeof InvitationShownOnce>;

/** `GET /api/v1/organizations/{organization}/invitations` */
export const InvitationList = Type.Object({ items: Type.Array(Invitation) });
export type InvitationList = Static<typeof InvitationList>;

/** Body of `POST /api/v1/invitations/find` and `POST /api/v1/invitations/accept` */
export const AcceptInvitation = Type.Object(
  { token: Type.String({ maxLength: 100, description: "The secret of the link, ihi_…" }) },
  { additionalProperties: false },
);
export type AcceptInvitation = Static<typeof AcceptInvitation>;

/** What an invitation is to, for whoever has its secret. */
export const InvitationOffer = Type.Object({
  organization: Type.String(),
  role: Role,
  createdBy: Type.String(),
  expiresAt: Type.String({ format: "date-time" }),
});
export type InvitationOffer = Static<typeof InvitationOffer>;

export const Accepted = Type.Object({ organization: Type.String(), role: Role });
export type Accepted = Static<typeof Accepted>;
