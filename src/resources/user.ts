import { Type } from "typebox";
import { Icon, Url } from "./detail.ts";

export const UserSpec = Type.Object({
  displayName: Type.Optional(Type.String({ maxLength: 255, description: "Name as it is shown." })),
  icon: Type.Optional(Icon),
  url: Type.Optional(Url),
  starred: Type.Optional(
    Type.Array(Type.String({ maxLength: 255 }), {
      maxItems: 1000,
      description: "Repositories, as organization/path.",
    }),
  ),
});

export const UserStatus = Type.Object({
  createdAt: Type.Optional(Type.String({ description: "When the account was made." })),
});
