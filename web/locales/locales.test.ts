import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import accountEn from "./account.en.json" with { type: "json" };
import accountZhCN from "./account.zh-CN.json" with { type: "json" };
import mainEn from "./en.json" with { type: "json" };
import mainZhCN from "./zh-CN.json" with { type: "json" };

/** The texts of every page, and those for users, which are loaded later; keys of both are told apart by `account:`. */
const en = { ...mainEn, "account:": accountEn };
const zhCN = { ...mainZhCN, "account:": accountZhCN };

const WEB = fileURLToPath(new URL("..", import.meta.url));
const sources = globSync("**/*.{ts,tsx}", { cwd: WEB })
  .filter((path) => !path.endsWith(".test.ts"))
  .map((path) => ({ path, text: readFileSync(WEB + path, "utf8") }));

test("English and Chinese have the same keys", () => {
  assert.deepEqual(keysOf(zhCN), keysOf(en));
});

test("each text has the same places to fill in, in both languages", () => {
  const english = new Map(textsOf(en));
  for (const [key, text] of textsOf(zhCN)) {
    const counterpart = english.get(key) ?? english.get(key.replace(/_other$/, "_one")) ?? "";
    assert.deepEqual(placesIn(text), placesIn(counterpart), key);
  }
});

test("Chinese texts are Chinese", () => {
  const sameInBoth = new Set(["layout.api"]);
  for (const [key, text] of textsOf(zhCN)) {
    assert.ok(/\p{Script=Han}/u.test(text) || sameInBoth.has(key), `${key}: ${text}`);
  }
});

test("every key is used somewhere", () => {
  const code = sources.map(({ text }) => text).join("\n");
  for (const key of keysOf(en).map((each) => each.replace(/^account:\./, ""))) {
    // A key is written whole, or its last part is filled in: t(`sort.${sort}`).
    const prefixes = [...key.matchAll(/\./g)].map(({ index }) => `\`${key.slice(0, index + 1)}\${`);
    const isUsed = code.includes(`"${key}"`) || prefixes.some((prefix) => code.includes(prefix));
    assert.ok(isUsed, `nothing uses ${key}`);
  }
});

test("no component holds words of its own", () => {
  const names = new Set(["ImageHub", "Kubernetes API"]);
  for (const { path, text } of sources.filter(({ path: name }) => name.endsWith(".tsx"))) {
    const markup = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*|=>/g, "");
    for (const [, words = ""] of markup.matchAll(/>([^<>{}()=;]*\p{L}{2}[^<>{}()=;]*)[<{]/gu)) {
      assert.ok(names.has(words.trim()), `${path} says "${words.trim()}"`);
    }
  }
});

function textsOf(texts: object, prefix = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : textsOf(value, `${prefix}${key}.`),
  );
}

/** Keys without their plural endings, of which each language has its own. */
function keysOf(texts: object): string[] {
  return [...new Set(textsOf(texts).map(([key]) => key.replace(/_(?:one|other)$/, "")))].toSorted();
}

function placesIn(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name).toSorted();
}
