import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dataPackName } from "../src/resources/data-pack-name.ts";
import type { Spec } from "../src/resources/kinds.ts";

const page = readFileSync(join(import.meta.dirname, "../docs/datapack.md"), "utf8");
/** Rows of its table of names: spec → name. */
const VECTORS = [...page.matchAll(/\| `(\{"type".+\})` +\| `([0-9a-f]{16})` \|/g)].map(([, spec, name]) => ({
  spec: JSON.parse(spec ?? "") as Spec<"DataPack">,
  name,
}));

test("docs/datapack.md has names that dataPackName() gives", () => {
  assert.equal(VECTORS.length, 3);
  for (const { spec, name } of VECTORS) assert.equal(dataPackName(spec), name);
});

test("docs/datapack.md has a shell function that gives the same names", () => {
  const script = /datapack_name\(\)[\s\S]+?\n\}\n/.exec(page)?.[0] ?? "";
  for (const { spec, name } of VECTORS) {
    const words = [spec.type, spec.expireTime ?? "2h", ...spec.names].join(" ");
    const output = execFileSync("sh", ["-c", `${script}datapack_name ${words}`], { encoding: "utf8" });
    assert.equal(output.trim(), name);
  }
});
