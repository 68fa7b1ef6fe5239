import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { stringify } from "yaml";
import { fuzz, inBoundedTime, longText } from "../../test/fuzz.ts";
import { parseFrontMatter } from "./front-matter.ts";

const KEYS = ["description", "keywords", "icon", "url", "type", "__proto__", "constructor", "<<", "? ", "a"];
/** What unfolds, names classes, refers to itself, nests or is numbers in other notations. */
const VALUES = [
  "&a [*a,*a]",
  "*a",
  "&a {<<: *a}",
  "!!js/function 'x'",
  "!!binary aGk=",
  "!<tag:yaml.org,2002:set> {a}",
  "!!float 1e999",
  "0x1F",
  ".nan",
  "2001-12-14t21:59:43.10-05:00",
  "|\n  text\n  more",
  ">-\n  text",
  '"\\ud800\\u0000"',
  "'it''s'",
  "[",
  "{",
  "- - - -",
  "%YAML 9.9",
  "\t",
];
const anyLine = fc.oneof(
  fc
    .tuple(fc.constantFrom(...KEYS), fc.oneof(fc.constantFrom(...VALUES), fc.string({ maxLength: 20 })))
    .map(([key, value]) => `${key}: ${value}`),
  fc.constantFrom(...VALUES, "---", "...", "# comment", ""),
);
const anyText = fc.oneof(
  fc.array(anyLine, { maxLength: 12 }).map((lines) => `---\n${lines.join("\n")}\n---\nbody\n`),
  fc.jsonValue().map((value) => `---\n${stringify(value)}---\nbody\n`),
);
const PIECES = ["- ", "[", "{a: ", "&a ", "*a,", "? ", "\n ", '"', "'", "|\n", ">", "%", "\t", "!", "---\n"];
const anyLongText = longText(PIECES).map((text) => `---\na: ${text.slice(0, 15_000)}\n---\nbody\n`);

for (const [what, text, runs, limitMs] of [
  ["whatever stands before a README, its words are clean", anyText, 500, 200],
  ["the longest that may stand there costs bounded time", anyLongText, 30, 2000],
] as const) {
  test(what, () => {
    fuzz(
      fc.property(text, (readme) => {
        const { words, body, warnings } = inBoundedTime(() => parseFrontMatter(readme), limitMs);
        assert.ok(readme.endsWith(body));
        for (const word of Object.values(words).flat()) {
          assert.equal(typeof word, "string");
          assert.doesNotMatch(String(word), /\0/);
        }
        for (const { message } of warnings) assert.ok(message.length < 1000);
      }),
      runs,
    );
  });
}

test("aliases unfold nothing: a short text that would be a gigabyte is a warning", () => {
  const levels = Array.from(
    { length: 30 },
    (_, index) => `a${index}: &a${index} [${`*a${index - 1},`.repeat(9)}]`,
  );
  const bomb = `---\na-1: &a-1 x\n${levels.join("\n")}\ndescription: *a29\n---\nbody\n`;
  const { words, body, warnings } = inBoundedTime(() => parseFrontMatter(bomb), 1000);
  assert.deepEqual([words, body, warnings.length], [{}, "body\n", 1]);
});

test("plain words come out of front matter as they went in", () => {
  const word = fc
    .stringMatching(/^[a-z][a-z0-9-]{0,30}$/)
    .filter((text) => !["null", "true", "false", "no", "yes"].includes(text));
  fuzz(
    fc.property(word, fc.uniqueArray(word, { minLength: 1, maxLength: 5 }), (description, keywords) => {
      const { words, body } = parseFrontMatter(`---\n${stringify({ description, keywords })}---\nbody`);
      assert.deepEqual([words.description, words.keywords, body], [description, keywords, "body"]);
    }),
    100,
  );
});
