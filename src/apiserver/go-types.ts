/** What a value of JSON is called in the errors of Go's decoder, which clients of Kubernetes know. */
export function goTypeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** @param into e.g. `Go struct field ObjectMeta.name of type string` */
export function cannotUnmarshal(value: unknown, into: string): string {
  return `json: cannot unmarshal ${goTypeOf(value)} into ${into}`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
