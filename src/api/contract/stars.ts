import { Type, type Static } from "typebox";

/** `GET /api/v1/stars` */
export const Stars = Type.Object({
  items: Type.Array(Type.String({ description: "A repository, as organization/path." }), { maxItems: 1000 }),
});
export type Stars = Static<typeof Stars>;
