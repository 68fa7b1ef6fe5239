import { Type, type Static } from "typebox";

/** Answer of `POST /api/v1/users/{name}/password-reset`, and the only one with the code. */
export const PasswordReset = Type.Object({
  code: Type.String(),
  url: Type.String({ description: "The page that takes the code." }),
  expiresAt: Type.String({ format: "date-time" }),
});
export type PasswordReset = Static<typeof PasswordReset>;

/** Body of `PUT /api/v1/password-reset` */
export const NewPasswordReset = Type.Object(
  { code: Type.String({ maxLength: 100 }), password: Type.String({ maxLength: 1024 }) },
  { additionalProperties: false },
);
export type NewPasswordReset = Static<typeof NewPasswordReset>;
