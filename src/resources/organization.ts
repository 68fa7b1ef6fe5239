import { Type, type Static } from "typebox";
import { rule, validatedBy } from "./cel.ts";
import { Conditions, ObservedGeneration } from "./conditions.ts";
import { Description, Icon, Url } from "./detail.ts";

export const Visibility = Type.Union([Type.Literal("public"), Type.Literal("private")], {
  description: "Who may read: everybody, or members alone.",
});
export type Visibility = Static<typeof Visibility>;

export const Role = Type.Union([Type.Literal("owner"), Type.Literal("publisher"), Type.Literal("reader")], {
  description: "owner: everything; publisher: push and pull; reader: pull what is private.",
});
export type Role = Static<typeof Role>;

export const Member = Type.Object({
  kind: Type.Union([Type.Literal("User"), Type.Literal("Group"), Type.Literal("ServiceAccount")], {
    description: "What the name is of.",
  }),
  name: Type.String({ minLength: 1, maxLength: 253, description: "Name of the user, group or account." }),
  role: Role,
});
export type Member = Static<typeof Member>;

export const OWNER_STAYS = "expected at least one owner: the last one stays";
export const OWNER_EXPECTED =
  "expected an owner that is there: a User with an account, or a Group that a user is in; name one more, such as yourself";

/** Who creates an Organization and names no owner becomes one, so that none is named then is right. */
const MEMBER_RULES = validatedBy(
  rule(`self.exists(m, m.role == 'owner') || !oldSelf.exists(m, m.role == 'owner')`, OWNER_STAYS),
  rule(
    `!self.exists(m, m.role == 'owner') || self.exists(m, m.role == 'owner' && m.kind != 'ServiceAccount')`,
    OWNER_EXPECTED,
  ),
);

export const OrganizationSpec = Type.Object({
  displayName: Type.Optional(Type.String({ maxLength: 255, description: "Name as it is shown." })),
  description: Type.Optional(Description),
  icon: Type.Optional(Icon),
  url: Type.Optional(Url),
  defaultVisibility: Type.Optional(Visibility),
  members: Type.Optional(
    Type.Array(Member, {
      maxItems: 2000,
      description: "Who may do what; past 2,000 use groups.",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["kind", "name"],
      ...MEMBER_RULES,
    }),
  ),
});

export const OrganizationStatus = Type.Object({
  observedGeneration: Type.Optional(ObservedGeneration),
  repositoryCount: Type.Optional(Type.Integer({ minimum: 0, description: "How many it has." })),
  repositories: Type.Optional(Type.Array(Type.String(), { maxItems: 100, description: "The newest 100." })),
  conditions: Type.Optional(Conditions),
});
