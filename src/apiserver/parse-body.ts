import { isScalar, LineCounter, parseDocument, visit, type Document } from "yaml";
import { duplicateKeys } from "./duplicate-keys.ts";

/** How a body is written. */
export type BodyFormat = "json" | "yaml";

export interface ParsedBody {
  value: unknown;
  /** What stands twice, as Kubernetes tells of it. */
  duplicates: string[];
}

/** Names for a part of a document that may be used again: more than anybody writes, fewer than make a bomb. */
const MAX_ALIASES = 100;

/** @throws Error that says what is wrong and where */
export function parseBody(body: string, format: BodyFormat): ParsedBody {
  return format === "json" ? parseJson(body) : parseYaml(body);
}

function parseJson(body: string): ParsedBody {
  const value = JSON.parse(body) as unknown;
  return { value, duplicates: duplicateKeys(body).map((path) => `duplicate field ${JSON.stringify(path)}`) };
}

function parseYaml(body: string): ParsedBody {
  const lines = new LineCounter();
  // Its own look for keys that stand twice takes time that grows with the square of their number.
  const document = parseDocument(body, { uniqueKeys: false, lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new Error(`yaml: ${error.message.split("\n", 1)[0]}`, { cause: error });
  const keys = repeatedKeys(document, lines);
  return {
    value: plainValue(document),
    duplicates: keys.length > 0 ? [`yaml: unmarshal errors:\n${keys.join("\n")}`] : [],
  };
}

function plainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
  } catch (error) {
    const isBomb = (error as Error).message.startsWith("Excessive alias count");
    const why = isBomb ? "document contains excessive aliasing" : (error as Error).message;
    throw new Error(`yaml: ${why}`, { cause: error });
  }
}

function repeatedKeys(document: Document, lines: LineCounter): string[] {
  const found: string[] = [];
  visit(document, {
    Map(_key, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const { line } = lines.linePos(key.range?.[0] ?? 0);
        if (seen.has(key.value)) {
          found.push(`  line ${line}: key ${JSON.stringify(key.value)} already set in map`);
        }
        seen.add(key.value);
      }
    },
  });
  return found;
}
