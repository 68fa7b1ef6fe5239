import { Type, type Static } from "typebox";
import { TokenPath } from "./tokens.ts";

/** `GET /api/v1/identities` */
export const IdentityList = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      issuer: Type.String({ description: "Address of the provider." }),
      shownAs: Type.String({ description: "What the provider called the user at the last login." }),
      createdAt: Type.String({ format: "date-time" }),
      usedAt: Type.String({ format: "date-time", description: "Of the last login." }),
      isUsable: Type.Boolean({ description: "Whether it is of the provider that the hub has now." }),
      isLast: Type.Boolean({ description: "Whether the user could not log in without it: then it stays." }),
    }),
  ),
  hasPassword: Type.Boolean(),
});
export type IdentityList = Static<typeof IdentityList>;

/** Answer of `POST /api/v1/identities` */
export const BegunLink = Type.Object({ url: Type.String({ description: "Where the browser goes on." }) });
export type BegunLink = Static<typeof BegunLink>;

/** Path of one link. */
export const IdentityPath = TokenPath;
export type IdentityPath = Static<typeof IdentityPath>;
