import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Document, isScalar, Scalar, visit } from "yaml";
import {
  customResourceDefinition,
  type CustomResourceDefinition,
} from "../src/resources/custom-resource-definition.ts";
import { KINDS, type Kind } from "../src/resources/kinds.ts";

// Writes deploy/crds/ from the schemas of src/resources/; with --check, only says whether it is up to date.

const OF_RULES: ReadonlySet<unknown> = new Set(["rule", "message", "messageExpression"]);

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const folder = join(import.meta.dirname, "crds");
await mkdir(folder, { recursive: true });
let stale = 0;
for (const kind of Object.keys(KINDS) as Kind[]) {
  const file = join(folder, `${KINDS[kind].plural}.yaml`);
  const text = toYaml(customResourceDefinition(kind));
  if ((await readFile(file, "utf8").catch(() => "")) === text) continue;
  stale += 1;
  if (values.check) console.error(`${file} is out of date: npm run crds`);
  else await writeFile(file, text);
}
if (values.check && stale > 0) process.exitCode = 1;

/** Rules are in blocks, where they need no escapes. */
function toYaml(definition: CustomResourceDefinition): string {
  const document = new Document(definition, { aliasDuplicateObjects: false });
  visit(document, {
    Pair(_, { key, value }) {
      const isOfRule = isScalar(key) && OF_RULES.has(key.value);
      if (isOfRule && isScalar(value)) value.type = Scalar.BLOCK_FOLDED;
    },
  });
  return document.toString({ lineWidth: 110 });
}
