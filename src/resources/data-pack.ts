import { Type } from "typebox";
import { Conditions } from "./conditions.ts";

export const DataPackSpec = Type.Object({
  type: Type.Union([Type.Literal("base"), Type.Literal("grid"), Type.Literal("detail")]),
  names: Type.Array(Type.String({ maxLength: 384 }), { minItems: 1, maxItems: 500 }),
  expireTime: Type.Optional(Type.String({ description: "1m to 24h; default 2h." })),
});

export const DataPackStatus = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  phase: Type.Optional(Type.String()),
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  missing: Type.Optional(Type.Array(Type.String())),
  expiresAt: Type.Optional(Type.String()),
  conditions: Type.Optional(Conditions),
});
