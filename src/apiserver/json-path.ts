/**
 * The part of Kubernetes' JSONPath that printer columns use:
 *
 *     path = step…    step = .NAME | [?(@.NAME=="VALUE")]
 */
export type JsonPath = readonly Step[];

type Step = { name: string } | { where: string; is: string };

const STEP = /\.(?<name>\w+)|\[\?\(@\.(?<where>\w+)=="(?<is>[^"]*)"\)\]/gy;

/** @throws Error for what printer columns do not use: an error in our own */
export function parseJsonPath(text: string): JsonPath {
  const matches = [...text.matchAll(STEP)];
  if (matches.map(([step]) => step).join("") !== text || text === "") {
    throw new Error(
      `Cannot parse JSON path ${JSON.stringify(text)}: expected .name and [?(@.name=="value")]`,
    );
  }
  return matches.map(({ groups: { name, where, is } = {} }): Step =>
    name === undefined ? { where: where ?? "", is: is ?? "" } : { name },
  );
}

/** The first value that a path leads to; undefined when it leads nowhere. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  const found = path.reduce<unknown>(follow, value);
  return found === null ? undefined : found;
}

function follow(value: unknown, step: Step): unknown {
  if ("name" in step) return fieldOf(value, step.name);
  if (!Array.isArray(value)) return undefined;
  return value.find((item) => fieldOf(item, step.where) === step.is);
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
