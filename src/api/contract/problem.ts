import { Type, type Static } from "typebox";
import { OwnedOrganizations } from "./user-deletion.ts";

/** RFC 9457 problem details: the body of every error of `/api/v1`. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  field: Type.Optional(Type.String()),
  organizations: Type.Optional(OwnedOrganizations),
  requestId: Type.Optional(Type.String()),
});
export type Problem = Static<typeof Problem>;
