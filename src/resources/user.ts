import { Type } from "typebox";
import { validatedBy } from "./cel.ts";
import { Icon, Url } from "./detail.ts";
import { REPOSITORY_NAME_RULE } from "./name-rules.ts";

export const UserSpec = Type.Object({
  displayName: Type.Optional(Type.String({ maxLength: 255, description: "Name as it is shown." })),
  icon: Type.Optional(Icon),
  url: Type.Optional(Url),
  starred: Type.Optional(
    Type.Array(Type.String({ maxLength: 255, ...validatedBy(REPOSITORY_NAME_RULE) }), {
      maxItems: 1000,
      description: "Repositories, as organization/path.",
    }),
  ),
});

export const UserStatus = Type.Object({
  createdAt: Type.Optional(Type.String({ description: "When the account was made." })),
});
