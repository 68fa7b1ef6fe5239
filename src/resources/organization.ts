import { Type, type Static } from "typebox";
import { Conditions } from "./conditions.ts";
import { Description, Icon, Url } from "./detail.ts";

export const Visibility = Type.Union([Type.Literal("public"), Type.Literal("private")]);
export type Visibility = Static<typeof Visibility>;

export const Role = Type.Union([Type.Literal("owner"), Type.Literal("publisher"), Type.Literal("reader")]);
export type Role = Static<typeof Role>;

export const Member = Type.Object({
  kind: Type.Union([Type.Literal("User"), Type.Literal("Group"), Type.Literal("ServiceAccount")]),
  name: Type.String({ minLength: 1, maxLength: 253 }),
  role: Role,
});
export type Member = Static<typeof Member>;

export const OrganizationSpec = Type.Object({
  displayName: Type.Optional(Type.String({ maxLength: 255 })),
  description: Type.Optional(Description),
  icon: Type.Optional(Icon),
  url: Type.Optional(Url),
  defaultVisibility: Type.Optional(Visibility),
  members: Type.Optional(
    Type.Array(Member, { maxItems: 2000, description: "Who may do what; past 2,000 use groups." }),
  ),
});

export const OrganizationStatus = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  repositoryCount: Type.Optional(Type.Integer({ minimum: 0 })),
  repositories: Type.Optional(Type.Array(Type.String(), { maxItems: 100, description: "The newest 100." })),
  conditions: Type.Optional(Conditions),
});
