import { Type, type Static } from "typebox";

/** Body of `POST /api/v1/users` */
export const NewUser = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 63 }),
    password: Type.String({ maxLength: 1024 }),
    displayName: Type.Optional(Type.String({ maxLength: 255 })),
    invitation: Type.Optional(
      Type.String({
        maxLength: 100,
        description: "The secret of an invitation, ihi_…: it also lets in where registration is closed.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type NewUser = Static<typeof NewUser>;

export const RegisteredUser = Type.Object({ name: Type.String() });

/** Users on one page, when the caller does not say. */
export const DEFAULT_USERS_LIMIT = 100;

/** `GET /api/v1/users` */
export const UsersQuery = Type.Object(
  {
    q: Type.Optional(
      Type.String({
        maxLength: 255,
        pattern: "^\\P{Cc}*$",
        description: "A part of the name, or of the display name.",
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    continue: Type.Optional(Type.String({ pattern: "^[a-z0-9-]{1,63}$" })),
  },
  { additionalProperties: false },
);
export type UsersQuery = Static<typeof UsersQuery>;

/** An account, as administrators see it. */
export const UserAccount = Type.Object({
  name: Type.String(),
  displayName: Type.Optional(Type.String({ description: "As it was registered." })),
  administrator: Type.Boolean(),
  disabled: Type.Boolean({ description: "Nobody can log in to it." }),
  createdAt: Type.String({ format: "date-time" }),
});
export type UserAccount = Static<typeof UserAccount>;

export const UserPage = Type.Object({
  items: Type.Array(UserAccount),
  continue: Type.Optional(Type.String()),
});
export type UserPage = Static<typeof UserPage>;

/** Path of one user. */
export const UserPath = Type.Object({ name: Type.String({ pattern: "^[a-z0-9-]{1,63}$" }) });
export type UserPath = Static<typeof UserPath>;

/** Body of `PATCH /api/v1/users/{name}` */
export const ChangedUser = Type.Object({ disabled: Type.Boolean() }, { additionalProperties: false });
export type ChangedUser = Static<typeof ChangedUser>;
