import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFrontMatter } from "./front-matter.ts";
import { MAX_FRONT_MATTER_BYTES } from "./limits.ts";

const BODY = "# Title\n\ntext\n";

test("parseFrontMatter() takes the fields off the text", () => {
  const yaml = [
    "description: A  database\n",
    "keywords: [MySQL, 8.0, db]\n",
    "icon: https://example.org/i.png\n",
    "url: example.org\n",
    "type: application\n",
    "author: somebody\n",
  ].join("");
  assert.deepEqual(parseFrontMatter(`---\n${yaml}---\n\n${BODY}`), {
    words: {
      description: "A database",
      keywords: ["MySQL", "8", "db"],
      icon: "https://example.org/i.png",
      url: "example.org",
      type: "application",
    },
    body: BODY,
    warnings: [],
  });
});

const keywordForms: [yaml: string, keywords: string[] | undefined][] = [
  ["keywords: a, b c, a", ["a", "b c"]],
  ["keywords: a b", ["a", "b"]],
  ["keywords:\n  - a\n  - A\n  - ' b '", ["a", "b"]],
  ["keywords: []", undefined],
  ["keywords:", undefined],
];

for (const [yaml, keywords] of keywordForms) {
  test(`parseFrontMatter() reads ${JSON.stringify(yaml)}`, () => {
    const { words, warnings } = parseFrontMatter(`---\n${yaml}\n---\n`);
    assert.deepEqual([words.keywords, warnings], [keywords, []]);
  });
}

const untouched: Record<string, string> = {
  "no front matter": BODY,
  "front matter that is not at the start": `\n---\nurl: a.b\n---\n${BODY}`,
  "a rule with prose between rules": "---\nSome words.\n\nAnd: more\n---\nEnd\n",
  "a rule with a list below it": "---\n- one\n- two\n---\n",
  "a rule without another": "---\n# Title\n",
  "a fence that is too long": "----\nurl: a.b\n----\n",
  "a YAML comment that is a heading": "---\n# Title\n---\n",
};

for (const [title, text] of Object.entries(untouched)) {
  test(`parseFrontMatter() leaves ${title} alone`, () => {
    assert.deepEqual(parseFrontMatter(text), { words: {}, body: text, warnings: [] });
  });
}

test("parseFrontMatter() takes broken YAML off, and says at which line of README it breaks", () => {
  const { words, body, warnings } = parseFrontMatter(
    `---\nurl: example.org\nkeywords: [a, b\nicon: x\n---\n${BODY}`,
  );
  assert.deepEqual([words, body], [{}, BODY]);
  assert.equal(warnings[0]?.reason, "FrontMatterInvalid");
  assert.match(warnings[0]?.message ?? "", /^front matter is no YAML at line 4: \S/);
  assert.equal(warnings.length, 1);
});

test("parseFrontMatter() names each field of a wrong type, and takes the others", () => {
  const yaml =
    "description: [a]\nkeywords: {a: b}\nicon: logo.png\nurl: javascript:alert(1)\ntype: application\n";
  const { words, warnings } = parseFrontMatter(`---\n${yaml}---\n`);
  assert.deepEqual(words, { type: "application" });
  assert.deepEqual(
    warnings.map(({ message }) => /field (\w+) is ignored: expected .+, got (.+)$/.exec(message)?.slice(1)),
    [
      ["description", '["a"]'],
      ["keywords", '{"a":"b"}'],
      ["icon", '"logo.png"'],
      ["url", '"javascript:alert(1)"'],
    ],
  );
});

test("parseFrontMatter() does not look for the end beyond its limit", () => {
  const filler = `x: ${"y".repeat(MAX_FRONT_MATTER_BYTES)}`;
  const text = `---\nurl: example.org\n${filler}\n---\n${BODY}`;
  const { words, body, warnings } = parseFrontMatter(text);
  assert.deepEqual([words, body], [{}, text]);
  assert.match(warnings[0]?.message ?? "", /no closing --- line within 16384 bytes/);
});

test("parseFrontMatter() survives YAML made to cost time or memory", () => {
  const aliases = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi".replaceAll(/./g, (name, at: number) => {
    const below = "abcdefgh"[at] ?? "";
    return `${name}: &${name} [${`*${below},`.repeat(9).slice(0, -1)}]\n`;
  })}url: *i\n`;
  for (const yaml of [aliases, `url: ${"[".repeat(16_000)}\n`, `${"a: {".repeat(4000)}\n`, "url: *x\n"]) {
    const { body, warnings } = parseFrontMatter(`---\n${yaml}---\n${BODY}`);
    assert.equal(body, BODY);
    assert.equal(warnings[0]?.reason, "FrontMatterInvalid");
  }
});

test("parseFrontMatter() takes no aliases, by which a short text unfolds into a long one", () => {
  const { words, warnings } = parseFrontMatter("---\nx: &x a.b\nurl: *x\n---\n");
  assert.deepEqual(words, {});
  assert.match(warnings[0]?.message ?? "", /alias/i);
});

test("parseFrontMatter() reads a field, not what every object has", () => {
  const { words, warnings } = parseFrontMatter("---\n__proto__: {url: a.b}\nconstructor: x\n---\n");
  assert.deepEqual([words, warnings], [{}, []]);
});
