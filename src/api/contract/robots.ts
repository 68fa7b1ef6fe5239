import { Type, type Static } from "typebox";
import { ACCOUNT_NAME, OrganizationName } from "./organizations.ts";
import { ChangedToken, RepositoryPattern, tokenShown } from "./tokens.ts";

/** What a robot may be made for: it administers nothing. */
const robotScopes = Type.Array(Type.Enum(["read", "write", "delete"]), {
  minItems: 1,
  maxItems: 3,
  uniqueItems: true,
});
const robotRepositories = Type.Array(RepositoryPattern, {
  maxItems: 20,
  description: "Within the organization; none: all of it.",
});

/** Path of one robot. */
export const RobotPath = Type.Object({
  organization: OrganizationName,
  name: Type.String({ pattern: ACCOUNT_NAME }),
});
export type RobotPath = Static<typeof RobotPath>;

/** Body of `POST /api/v1/organizations/{organization}/robots` */
export const NewRobot = Type.Object(
  {
    name: Type.String({ pattern: ACCOUNT_NAME, description: "Within the organization." }),
    scopes: robotScopes,
    repositories: Type.Optional(robotRepositories),
    expiresAt: Type.Optional(Type.String({ format: "date-time", description: "Left out: never." })),
  },
  { additionalProperties: false },
);
export type NewRobot = Static<typeof NewRobot>;

/** Body of `PATCH /api/v1/organizations/{organization}/robots/{name}`: what is left out stays. */
export const ChangedRobot = Type.Object(
  {
    scopes: Type.Optional(robotScopes),
    repositories: Type.Optional(robotRepositories),
    expiresAt: ChangedToken.properties.expiresAt,
  },
  { additionalProperties: false },
);
export type ChangedRobot = Static<typeof ChangedRobot>;

const robotShown = {
  name: Type.String(),
  login: Type.String({ description: "`organization+name`: its user name for docker." }),
  scopes: Type.Array(Type.String()),
  repositories: Type.Array(Type.String()),
  createdBy: Type.String(),
  createdAt: Type.String({ format: "date-time" }),
  expiresAt: tokenShown.expiresAt,
  lastUsedAt: tokenShown.lastUsedAt,
};

/** A robot, without the text of its token. */
export const Robot = Type.Object(robotShown);
export type Robot = Static<typeof Robot>;

/** Answer of the `POST`, and the only one with the token. */
export const RobotShownOnce = Type.Object({ ...robotShown, token: Type.String() });
export type RobotShownOnce = Static<typeof RobotShownOnce>;

/** `GET /api/v1/organizations/{organization}/robots` */
export const RobotList = Type.Object({ items: Type.Array(Robot) });
export type RobotList = Static<typeof RobotList>;
