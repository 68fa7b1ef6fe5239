import * as fc from "fast-check";

/** Values that a reader did not think of. */
const STRANGE: readonly unknown[] = [
  null,
  true,
  "",
  "1",
  "\0",
  "\ud800",
  "x".repeat(5000),
  -1,
  0.5,
  -0,
  1e308,
  2 ** 53,
  [],
  {},
  [[]],
  { "": {} },
];

/** Keys that reach into what every object has. */
const STRANGE_KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "",
  "0",
  "length",
];

/** Texts put into a document as they are: what JSON.stringify would never write. */
const STRANGE_TEXTS = [
  "1e999",
  '"\\ud800"',
  "-",
  "NaN",
  '"\\u0000"',
  "[".repeat(3000),
  '{"a":'.repeat(3000),
  "\uFEFF",
];

type Node = Record<string | number, unknown>;

/** One change of a document; `at` chooses the place among all there are. */
type Change = { at: number } & (
  | { what: "replace" | "insert"; value: unknown; key: string }
  | { what: "remove" | "repeat" }
);

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    at: fc.nat(),
    what: fc.constantFrom("replace" as const, "insert" as const),
    value: fc.oneof(fc.constantFrom(...STRANGE), fc.jsonValue()),
    key: fc.oneof(fc.constantFrom(...STRANGE_KEYS), fc.string({ maxLength: 5 })),
  }),
  fc.record({ at: fc.nat(), what: fc.constantFrom("remove" as const, "repeat" as const) }),
);

/** The JSON of a document that was right, changed in a few places; some of it is no longer JSON. */
export function mutatedJson(documents: readonly object[]): fc.Arbitrary<string> {
  const changed = fc
    .tuple(fc.constantFrom(...documents), fc.array(anyChange, { maxLength: 4 }))
    .map(([document, changes]) => {
      const root = { document: structuredClone(document) } as Node;
      for (const change of changes) apply(root, change);
      return JSON.stringify(root["document"]) ?? "";
    });
  return fc
    .tuple(changed, fc.option(fc.tuple(fc.nat(), fc.constantFrom(...STRANGE_TEXTS)), { freq: 4 }))
    .map(([text, put]) => (put === null ? text : withText(text, put)));
}

function apply(root: Node, change: Change): void {
  const places = [...placesOf(root)];
  const [node, key] = places[change.at % places.length] ?? [root, "document"];
  switch (change.what) {
    case "replace":
      define(node, key, change.value);
      return;
    case "insert": {
      const inner = node[key];
      if (typeof inner === "object" && inner !== null) define(inner as Node, change.key, change.value);
      return;
    }
    case "remove":
      if (node !== root) delete node[key];
      return;
    case "repeat":
      if (Array.isArray(node)) node.push(...Array.from({ length: 50 }, () => node[Number(key)]));
  }
}

/** Also sets `__proto__` as an own key, as JSON.parse does. */
function define(node: Node, key: string, given: unknown): void {
  if (Array.isArray(node) && key === "length") return;
  // A copy: the same value put in twice would make a circle.
  const value = structuredClone(given);
  Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true });
}

function* placesOf(node: Node): Generator<[Node, string]> {
  for (const key of Object.keys(node)) {
    yield [node, key];
    const inner = node[key];
    if (typeof inner === "object" && inner !== null) yield* placesOf(inner as Node);
  }
}

/** A text in the place of a value, or a key given twice. */
function withText(text: string, [at, put]: [number, string]): string {
  const colons = [...text.matchAll(/":/g)].map(({ index }) => index + 2);
  const place = colons[at % colons.length] ?? 0;
  return at % 2 === 0
    ? text.slice(0, place) + put + text.slice(place)
    : text.replace("{", `{"config":${put.startsWith("[") ? "[]" : "{}"},"annotations":null,`);
}
