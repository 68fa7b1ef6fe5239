import { Type, type Static } from "typebox";

/** `GET /api/v1/hub`: what a page must know of the hub to write commands that work. */
export const HubInfo = Type.Object({
  version: Type.String(),
  registration: Type.Union([Type.Literal("open"), Type.Literal("closed")]),
  oidc: Type.Optional(
    Type.Object(
      { name: Type.String({ description: "What users know it by." }) },
      { description: "A provider by which users log in, at /api/v1/oidc/login." },
    ),
  ),
});
export type HubInfo = Static<typeof HubInfo>;
