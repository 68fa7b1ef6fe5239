import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { customResourceDefinition } from "../src/resources/custom-resource-definition.ts";
import { KINDS, type Kind } from "../src/resources/kinds.ts";

// Writes deploy/crds/ from the schemas of src/resources/; with --check, only says whether it is up to date.
const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const folder = join(import.meta.dirname, "crds");
await mkdir(folder, { recursive: true });
let stale = 0;
for (const kind of Object.keys(KINDS) as Kind[]) {
  const file = join(folder, `${KINDS[kind].plural}.yaml`);
  const text = stringify(customResourceDefinition(kind), { lineWidth: 110, aliasDuplicateObjects: false });
  if ((await readFile(file, "utf8").catch(() => "")) === text) continue;
  stale += 1;
  if (values.check) console.error(`${file} is out of date: npm run crds`);
  else await writeFile(file, text);
}
if (values.check && stale > 0) process.exitCode = 1;
