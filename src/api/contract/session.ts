import { Type, type Static } from "typebox";

/** Body of `POST /api/v1/session` */
export const LogIn = Type.Object(
  { name: Type.String({ maxLength: 255 }), password: Type.String({ maxLength: 1024 }) },
  { additionalProperties: false },
);
export type LogIn = Static<typeof LogIn>;
