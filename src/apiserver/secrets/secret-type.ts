import { SecretFields } from "../../releases/secret.ts";
import { toStructuralSchema } from "../../resources/structural-schema.ts";
import { withMetadata, type ObjectType } from "../decode-object.ts";
import { cannotUnmarshal, isObject } from "../go-types.ts";

/** `Secret` of `v1`. */
export const SECRET_TYPE: ObjectType = {
  apiVersion: "v1",
  group: "",
  kind: "Secret",
  schema: withMetadata(toStructuralSchema(SecretFields)),
  faultOf,
};

/** As Go's decoder finds it, which tells types and no values. */
function faultOf(secret: Record<string, unknown>): string | undefined {
  return (
    faultOfValue(secret["type"], "string", "Secret.type of type v1.SecretType") ??
    faultOfValue(secret["immutable"], "boolean", "Secret.immutable of type bool") ??
    faultOfValues(secret["data"], "Secret.data of type", "[]uint8") ??
    faultOfValues(secret["stringData"], "Secret.stringData of type", "string") ??
    (Object.values((secret["data"] ?? {}) as Record<string, string>).every(isBase64)
      ? undefined
      : "illegal base64 data in Secret.data")
  );
}

function faultOfValue(value: unknown, type: "string" | "boolean", field: string): string | undefined {
  if (value === undefined || typeof value === type) return undefined;
  return cannotUnmarshal(value, `Go struct field ${field}`);
}

function faultOfValues(values: unknown, field: string, type: string): string | undefined {
  if (values === undefined) return undefined;
  if (!isObject(values)) return cannotUnmarshal(values, `Go struct field ${field} map[string]${type}`);
  const wrong = Object.values(values).find((value) => typeof value !== "string");
  return wrong === undefined ? undefined : cannotUnmarshal(wrong, `Go struct field ${field} ${type}`);
}

/** As Go reads it: padded, with line ends anywhere. */
function isBase64(text: string): boolean {
  const characters = text.replaceAll(/[\r\n]/g, "");
  return characters.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(characters);
}
