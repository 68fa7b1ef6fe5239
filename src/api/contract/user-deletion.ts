import { Type, type Static } from "typebox";

/** Organizations that a user alone owns, and how many repositories each has. */
export const OwnedOrganizations = Type.Array(
  Type.Object({ name: Type.String(), repositories: Type.Integer({ minimum: 0 }) }),
);

/** Query of `DELETE /api/v1/users/{name}` and `DELETE /api/v1/me` */
export const UserDeletionQuery = Type.Object(
  {
    organizations: Type.Optional(
      Type.Enum(["keep", "transfer", "delete"], {
        description:
          "What becomes of organizations that nobody else owns: they stay without an owner, get the owner `to`, or go, which only those without repositories can.",
      }),
    ),
    to: Type.Optional(Type.String({ maxLength: 63 })),
    dryRun: Type.Optional(Type.Boolean({ description: "Tell what would be, and change nothing." })),
  },
  { additionalProperties: false },
);
export type UserDeletionQuery = Static<typeof UserDeletionQuery>;

/** What the deletion of an account was about. */
export const UserDeletion = Type.Object({
  name: Type.String(),
  organizations: OwnedOrganizations,
  leaves: Type.Array(Type.String(), { description: "Organizations that have other owners." }),
});
export type UserDeletion = Static<typeof UserDeletion>;
