import { Type, type Static } from "typebox";

/** `GET /api/v1/images/{org/repo}/-/{reference}/readme` */
export const Readme = Type.Object({
  docs: Type.String({ description: "The whole README, in Markdown." }),
});
export type Readme = Static<typeof Readme>;
