import { Type, type Static } from "typebox";

/** `GET /api/v1/me` */
export const Me = Type.Object({
  name: Type.String({ description: "Empty for anonymous." }),
  administrator: Type.Boolean({ description: "With a token: one that takes nothing away." }),
  organizations: Type.Array(Type.Object({ name: Type.String(), role: Type.String() })),
  displayName: Type.Optional(Type.String()),
  icon: Type.Optional(Type.String({ description: "Address of a picture, or a data: URL." })),
  tokenId: Type.Optional(Type.String({ description: "Of the token that the caller sent." })),
});
export type Me = Static<typeof Me>;

/** Body of `PATCH /api/v1/me`: what is left out stays, and an empty text takes away. */
export const ChangedMe = Type.Object(
  {
    displayName: Type.Optional(Type.String({ maxLength: 255 })),
    icon: Type.Optional(
      Type.String({ maxLength: 65_536, description: "Address of a picture, or a data: URL." }),
    ),
  },
  { additionalProperties: false },
);
export type ChangedMe = Static<typeof ChangedMe>;

/** Body of `PUT /api/v1/me/password` */
export const ChangedPassword = Type.Object(
  {
    current: Type.String({ maxLength: 1024 }),
    password: Type.String({ maxLength: 1024, description: "The new one." }),
  },
  { additionalProperties: false },
);
export type ChangedPassword = Static<typeof ChangedPassword>;

/** Body of `DELETE /api/v1/me` */
export const OwnDeletion = Type.Object(
  { password: Type.String({ maxLength: 1024 }) },
  { additionalProperties: false },
);
export type OwnDeletion = Static<typeof OwnDeletion>;
